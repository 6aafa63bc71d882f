module agyn.io/networking/local/go/ziti-management-standin

go 1.26.0
