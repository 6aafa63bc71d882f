// Command platform-standin stands in for a workload of the platform in tests: it answers who called whom on which port,
// and sends requests as that workload. It needs nothing but a number as its user and never writes a file.
package main

import (
	"fmt"
	"os"
)

const usage = `usage:
  platform-standin serve
        answers on every port of PORTS ("50051/grpc,8080/http,5432/tcp"), as WORKLOAD
  platform-standin call [-timeout 3s] <request>...
        sends the requests, prints a JSON line for each, in their order; a request is a URL (http, grpc, tcp, postgres or
        dns), or JSON: {"url": …, "headers": {…}, "connect": "address:port", "insecure": true, "leave": {"identity": a
        file, "service": an id}}, where "leave" has the overlay's controller asked first
`

func main() {
	if err := run(os.Args[1:]); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

func run(arguments []string) error {
	if len(arguments) == 0 {
		return fmt.Errorf("%s", usage)
	}
	switch arguments[0] {
	case "serve":
		return serve(os.Getenv("WORKLOAD"), os.Getenv("PORTS"))
	case "call":
		return callAll(arguments[1:], os.Stdout)
	}
	return fmt.Errorf("unknown command %q\n%s", arguments[0], usage)
}
