package main

import (
	"bufio"
	"bytes"
	"context"
	"crypto/tls"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/url"
	"os"
	"strconv"
	"strings"
	"sync"
	"syscall"
	"time"
)

const sideBySide = 16

// Request is one thing to send.
type Request struct {
	// http, https, grpc, tcp or postgres (host and port) or dns (dns:name).
	URL     string            `json:"url"`
	Headers map[string]string `json:"headers"`
	// Where to connect instead of the URL's host, as with a name that no resolver knows.
	Connect string `json:"connect"`
	// Take any certificate.
	Insecure bool `json:"insecure"`
	// What the overlay's controller is asked for first. The request is sent whatever the answer.
	Leave *Leave `json:"leave"`
}

// Result is what became of it.
type Result struct {
	// Whether the other end answered, and not something in between in its place.
	Arrived bool `json:"arrived"`
	// A status of HTTP or gRPC, or what became of the connection.
	Status string `json:"status"`
	Body   string `json:"body"`
}

func parseRequest(text string) (Request, error) {
	if !strings.HasPrefix(text, "{") {
		return Request{URL: text}, nil
	}
	var request Request
	decoder := json.NewDecoder(strings.NewReader(text))
	decoder.DisallowUnknownFields()
	err := decoder.Decode(&request)
	return request, err
}

// Sends all requests, some at a time. An error is one in the question; what happens to a request is in its result.
func callAll(arguments []string, out io.Writer) error {
	flags := flag.NewFlagSet("call", flag.ContinueOnError)
	timeout := flags.Duration("timeout", 3*time.Second, "for each request")
	if err := flags.Parse(arguments); err != nil {
		return err
	}
	requests := make([]Request, flags.NArg())
	for index, text := range flags.Args() {
		request, err := parseRequest(text)
		if err == nil {
			_, err = request.way()
		}
		if err != nil {
			return fmt.Errorf("request %d: %w", index+1, err)
		}
		requests[index] = request
	}
	if len(requests) == 0 {
		return errors.New("no request")
	}
	results := make([]Result, len(requests))
	free := make(chan struct{}, sideBySide)
	var all sync.WaitGroup
	for index, request := range requests {
		free <- struct{}{}
		all.Go(func() {
			results[index] = request.send(*timeout)
			<-free
		})
	}
	all.Wait()
	encoder := json.NewEncoder(out)
	encoder.SetEscapeHTML(false)
	for _, result := range results {
		if err := encoder.Encode(result); err != nil {
			return err
		}
	}
	return nil
}

type way func(context.Context, *url.URL) (Result, error)

func (request Request) way() (way, error) {
	target, err := url.Parse(request.URL)
	if err != nil {
		return nil, err
	}
	switch target.Scheme {
	case "http", "https":
		return request.http, nil
	case "grpc":
		return request.grpc, nil
	case "tcp":
		return request.tcp, nil
	case "postgres":
		return request.postgres, nil
	case "dns":
		return request.dns, nil
	}
	return nil, fmt.Errorf("url: received %q, allowed: http, https, grpc, tcp, postgres, dns", request.URL)
}

func (request Request) sendNow(timeout time.Duration) Result {
	limited, cancel := context.WithTimeout(context.Background(), timeout)
	defer cancel()
	target, _ := url.Parse(request.URL)
	send, _ := request.way()
	result, err := send(limited, target)
	if err != nil {
		return Result{Status: statusOf(err), Body: err.Error()}
	}
	return result
}

func statusOf(err error) string {
	var lookup *net.DNSError
	var timeout net.Error
	switch {
	case errors.As(err, &lookup) && lookup.IsNotFound:
		return "no such host"
	case errors.As(err, &lookup):
		return "no resolver"
	case errors.As(err, &timeout) && timeout.Timeout(), errors.Is(err, context.DeadlineExceeded), errors.Is(err, os.ErrDeadlineExceeded):
		return "timeout"
	case errors.Is(err, syscall.ECONNREFUSED):
		return "refused"
	case errors.Is(err, syscall.ECONNRESET), errors.Is(err, io.EOF), errors.Is(err, io.ErrUnexpectedEOF):
		return "closed"
	}
	return "failed"
}

func (request Request) dial(ctx context.Context, network string, address string) (net.Conn, error) {
	if request.Connect != "" {
		address = request.Connect
	}
	return new(net.Dialer).DialContext(ctx, network, address)
}

func (request Request) exchange(ctx context.Context, method string, target *url.URL, body []byte, headers map[string]string, accepted *http.Protocols) (*http.Response, error) {
	message, err := http.NewRequestWithContext(ctx, method, target.String(), bytes.NewReader(body))
	if err != nil {
		return nil, err
	}
	for _, some := range []map[string]string{headers, request.Headers} {
		for name, value := range some {
			message.Header.Set(name, value)
		}
	}
	transport := &http.Transport{
		DialContext:       request.dial,
		Protocols:         accepted,
		DisableKeepAlives: accepted.HTTP1(),
		TLSClientConfig:   &tls.Config{InsecureSkipVerify: request.Insecure},
	}
	return transport.RoundTrip(message)
}

func (request Request) http(ctx context.Context, target *url.URL) (Result, error) {
	var accepted http.Protocols
	accepted.SetHTTP1(true)
	response, err := request.exchange(ctx, http.MethodGet, target, nil, nil, &accepted)
	if err != nil {
		return Result{}, err
	}
	defer response.Body.Close()
	body, err := io.ReadAll(io.LimitReader(response.Body, largestMessage))
	status := strconv.Itoa(response.StatusCode)
	return Result{Arrived: response.StatusCode < 400, Status: status, Body: strings.TrimSpace(string(body))}, err
}

// Statuses with which a proxy answers in the callee's place.
var notArrived = map[string]bool{"7": true, "14": true}

func (request Request) grpc(ctx context.Context, target *url.URL) (Result, error) {
	var accepted http.Protocols
	accepted.SetUnencryptedHTTP2(true)
	plain := *target
	plain.Scheme = "http"
	headers := map[string]string{"Content-Type": "application/grpc", "TE": "trailers"}
	response, err := request.exchange(ctx, http.MethodPost, &plain, make([]byte, 5), headers, &accepted)
	if err != nil {
		return Result{}, err
	}
	defer response.Body.Close()
	message, err := readFrame(response.Body)
	if err != nil {
		return Result{}, err
	}
	rest, err := io.ReadAll(io.LimitReader(response.Body, largestMessage))
	if err != nil {
		return Result{}, err
	}
	// An answer without a message has its status in the headers.
	status, text := response.Trailer.Get("Grpc-Status"), fromStringValue(message)
	if status == "" {
		status, text = response.Header.Get("Grpc-Status"), response.Header.Get("Grpc-Message")
	}
	if response.StatusCode != http.StatusOK || status == "" {
		return Result{Status: fmt.Sprintf("HTTP %d", response.StatusCode), Body: string(append(message, rest...))}, nil
	}
	return Result{Arrived: !notArrived[status], Status: status, Body: text}, nil
}

func (request Request) tcp(ctx context.Context, target *url.URL) (Result, error) {
	connection, err := request.dial(ctx, "tcp", target.Host)
	if err != nil {
		return Result{}, err
	}
	defer connection.Close()
	if deadline, isLimited := ctx.Deadline(); isLimited {
		connection.SetDeadline(deadline)
	}
	if _, err := io.WriteString(connection, "hello\n"); err != nil {
		return Result{}, err
	}
	line, err := bufio.NewReader(connection).ReadString('\n')
	return Result{Arrived: err == nil, Status: "answered", Body: strings.TrimSpace(line)}, err
}

func (request Request) dns(ctx context.Context, target *url.URL) (Result, error) {
	addresses, err := new(net.Resolver).LookupHost(ctx, target.Opaque)
	return Result{Arrived: err == nil, Status: "answered", Body: strings.Join(addresses, " ")}, err
}
