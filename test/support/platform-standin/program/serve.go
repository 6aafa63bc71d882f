package main

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"log"
	"net"
	"net/http"
	"os"
	"os/signal"
	"strconv"
	"strings"
	"syscall"
	"time"
)

type port struct {
	number   int
	protocol string
}

var protocols = map[string]bool{"grpc": true, "http": true, "tcp": true}

func parsePorts(text string) ([]port, error) {
	var ports []port
	var problems []error
	for _, entry := range strings.Split(text, ",") {
		numberText, protocol, _ := strings.Cut(strings.TrimSpace(entry), "/")
		number, err := strconv.ParseUint(numberText, 10, 16)
		if err != nil || number == 0 || !protocols[protocol] {
			problems = append(problems, fmt.Errorf("PORTS: received %q, allowed: <port>/grpc, <port>/http, <port>/tcp", entry))
			continue
		}
		ports = append(ports, port{int(number), protocol})
	}
	return ports, errors.Join(problems...)
}

// Serves until the process is told to end. A port that cannot be opened ends it at once.
func serve(workload string, text string) error {
	ports, err := parsePorts(text)
	if workload == "" {
		err = errors.Join(errors.New("WORKLOAD: received nothing, allowed: the name of a workload"), err)
	}
	if err != nil {
		return err
	}
	ended := make(chan error, len(ports)+1)
	for _, one := range ports {
		listener, err := net.Listen("tcp", fmt.Sprintf(":%d", one.number))
		if err != nil {
			return err
		}
		go func() { ended <- one.serve(listener, workload) }()
	}
	signals := make(chan os.Signal, 1)
	signal.Notify(signals, syscall.SIGTERM, syscall.SIGINT)
	log.Printf("%s answers on %s", workload, text)
	select {
	case err := <-ended:
		return err
	case <-signals:
		return nil
	}
}

func (one port) serve(listener net.Listener, workload string) error {
	if one.protocol == "tcp" {
		return one.serveLines(listener, workload)
	}
	var accepted http.Protocols
	accepted.SetHTTP1(true)
	accepted.SetUnencryptedHTTP2(true)
	server := &http.Server{Handler: one.handler(workload), Protocols: &accepted, ReadHeaderTimeout: 10 * time.Second}
	return server.Serve(listener)
}

func (one port) handler(workload string) http.Handler {
	return http.HandlerFunc(func(writer http.ResponseWriter, request *http.Request) {
		answer := answerTo(request, workload, one.number)
		isGrpc := strings.HasPrefix(request.Header.Get("Content-Type"), "application/grpc")
		if !isGrpc {
			answer.Protocol = "http"
			writer.Header().Set("Content-Type", "application/json")
			writer.Write(append(answer.line(), '\n'))
			return
		}
		answer.Protocol = "grpc"
		io.Copy(io.Discard, request.Body)
		writer.Header().Set("Content-Type", "application/grpc")
		writer.Header().Set("Trailer", "Grpc-Status")
		if err := writeFrame(writer, toStringValue(answer.line())); err != nil {
			log.Print(err)
		}
		writer.Header().Set("Grpc-Status", "0")
	})
}

// Speaks first, as some stores do, and answers each line once more: whoever speaks first gets an answer.
func (one port) serveLines(listener net.Listener, workload string) error {
	for {
		connection, err := listener.Accept()
		if err != nil {
			return err
		}
		answer := Answer{Workload: workload, Port: one.number, Protocol: "tcp", Source: connection.RemoteAddr().String()}
		go func() {
			defer connection.Close()
			line := append(answer.line(), '\n')
			lines := bufio.NewScanner(connection)
			for {
				connection.SetDeadline(time.Now().Add(30 * time.Second))
				if _, err := connection.Write(line); err != nil || !lines.Scan() {
					return
				}
			}
		}()
	}
}
