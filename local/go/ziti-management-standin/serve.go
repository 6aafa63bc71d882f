package main

import (
	"context"
	"errors"
	"net/http"
	"time"
)

const (
	healthCheck   = "/grpc.health.v1.Health/Check"
	statusOK      = "0"
	unimplemented = "12"
)

// serving is a HealthCheckResponse{status: SERVING} as gRPC frames it.
var serving = []byte{0, 0, 0, 0, 2, 0x08, 0x01}

// serve answers gRPC over HTTP/2 without TLS until the context ends.
func serve(ctx context.Context, address string) error {
	protocols := new(http.Protocols)
	protocols.SetUnencryptedHTTP2(true)
	server := &http.Server{
		Addr:              address,
		Handler:           http.HandlerFunc(answer),
		Protocols:         protocols,
		ReadHeaderTimeout: 10 * time.Second,
	}
	go func() {
		<-ctx.Done()
		ending, cancel := context.WithTimeout(context.Background(), 5*time.Second)
		defer cancel()
		_ = server.Shutdown(ending) // the process ends either way
	}()
	if err := server.ListenAndServe(); !errors.Is(err, http.ErrServerClosed) {
		return err
	}
	return nil
}

func answer(response http.ResponseWriter, request *http.Request) {
	response.Header().Set("Content-Type", "application/grpc")
	status := unimplemented
	if request.URL.Path == healthCheck {
		status = statusOK
		if _, err := response.Write(serving); err != nil {
			return // the caller is gone
		}
	}
	response.Header().Set(http.TrailerPrefix+"Grpc-Status", status)
}
