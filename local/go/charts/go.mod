module agyn.io/networking/local/go/charts

go 1.26.0

require github.com/cert-manager/trust-manager v0.25.0
