// A stand-in for Ziti Management on test grounds where the service itself cannot be built. It makes the same demands on
// its surroundings and does nothing else: it exits without the variables, the database, the certificate files or the
// controller's consent, and then answers gRPC health checks on its port.
package main

import (
	"context"
	"errors"
	"fmt"
	"log"
	"os"
	"os/signal"
	"syscall"
)

// version is what the local platform asks an engine for.
const version = "0.1.0"

type settings struct {
	address, database, controller, certFile, keyFile, caFile string
}

func main() {
	log.SetFlags(0)
	log.SetPrefix("ziti-management (stand-in): ")
	if len(os.Args) > 1 && os.Args[1] == "--version" {
		fmt.Println(version)
		return
	}
	if err := run(); err != nil {
		log.Fatal(err)
	}
}

func run() error {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	given, err := readSettings(os.Getenv)
	if err != nil {
		return err
	}
	if err := askDatabase(ctx, given.database); err != nil {
		return fmt.Errorf("database: %w", err)
	}
	name, err := logIn(ctx, given)
	if err != nil {
		return fmt.Errorf("controller: %w", err)
	}
	log.Printf("user %d, group %d; the database answers; logged in as %s; listening on %s",
		os.Getuid(), os.Getgid(), name, given.address)
	return serve(ctx, given.address)
}

// readSettings names everything that is missing at once.
func readSettings(lookup func(string) string) (settings, error) {
	given := settings{address: lookup("GRPC_ADDRESS")}
	if given.address == "" {
		given.address = ":50051"
	}
	var problems []error
	for variable, target := range map[string]*string{
		"DATABASE_URL":        &given.database,
		"ZITI_CONTROLLER_URL": &given.controller,
		"ZITI_CERT_FILE":      &given.certFile,
		"ZITI_KEY_FILE":       &given.keyFile,
		"ZITI_CA_FILE":        &given.caFile,
	} {
		if *target = lookup(variable); *target == "" {
			problems = append(problems, fmt.Errorf("%s must be set", variable))
		}
	}
	return given, errors.Join(problems...)
}
