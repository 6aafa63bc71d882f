module agyn.io/networking/test/support/platform-standin/program

go 1.26
