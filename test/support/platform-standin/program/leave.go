package main

import (
	"bytes"
	"context"
	"crypto/tls"
	"crypto/x509"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"os"
	"strings"
	"time"
)

// Leave is what the overlay's controller is asked for before a request is sent: to dial a service, as a tunneler asks.
type Leave struct {
	// File of an enrolled identity, as tunnelers take it.
	Identity string `json:"identity"`
	// The id of the service: its name is not shown to those that may not dial it.
	Service string `json:"service"`
}

// What a refusal is told with. Anything else that goes wrong is no refusal.
const refusedByController = "refused by the controller"

type refusal struct{ answer string }

func (refused refusal) Error() string { return refused.answer }

type identity struct {
	Address string            `json:"ztAPI"`
	Files   map[string]string `json:"id"`
}

func (one identity) pem(name string) []byte {
	return []byte(strings.TrimPrefix(one.Files[name], "pem:"))
}

func (one identity) client() (*http.Client, error) {
	certificate, err := tls.X509KeyPair(one.pem("cert"), one.pem("key"))
	if err != nil {
		return nil, err
	}
	authorities := x509.NewCertPool()
	if !authorities.AppendCertsFromPEM(one.pem("ca")) {
		return nil, errors.New("the identity has no authority")
	}
	trust := &tls.Config{Certificates: []tls.Certificate{certificate}, RootCAs: authorities, MinVersion: tls.VersionTLS12}
	return &http.Client{Transport: &http.Transport{TLSClientConfig: trust, DisableKeepAlives: true}}, nil
}

// An error that is a refusal is the controller's own; with any other nothing is known.
func (leave Leave) ask(ctx context.Context) error {
	text, err := os.ReadFile(leave.Identity)
	if err != nil {
		return err
	}
	var own identity
	if err := json.Unmarshal(text, &own); err != nil {
		return err
	}
	client, err := own.client()
	if err != nil {
		return err
	}
	status, answer, err := post(ctx, client, own.Address+"/authenticate?method=cert", "", struct{}{})
	if err != nil {
		return err
	}
	if status != http.StatusOK {
		return fmt.Errorf("the login was answered with %d", status)
	}
	var session struct {
		Data struct {
			Token string `json:"token"`
		} `json:"data"`
	}
	if err := json.Unmarshal(answer, &session); err != nil {
		return err
	}
	question := map[string]string{"serviceId": leave.Service, "type": "Dial"}
	status, answer, err = post(ctx, client, own.Address+"/sessions", session.Data.Token, question)
	if err != nil || status == http.StatusCreated {
		return err
	}
	if status >= http.StatusInternalServerError || status == http.StatusUnauthorized || status == http.StatusTooManyRequests {
		return fmt.Errorf("the controller answered with %d", status)
	}
	return refusal{fmt.Sprintf("%d %s", status, answer)}
}

func (request Request) send(timeout time.Duration) Result {
	if request.Leave == nil {
		return request.sendNow(timeout)
	}
	limited, cancel := context.WithTimeout(context.Background(), timeout)
	defer cancel()
	asked := request.Leave.ask(limited)
	result := request.sendNow(timeout)
	var refused refusal
	switch {
	case asked == nil || result.Arrived:
		return result
	case errors.As(asked, &refused):
		return Result{Status: refusedByController, Body: refused.answer}
	}
	return Result{Status: statusOf(asked), Body: asked.Error()}
}

func post(ctx context.Context, client *http.Client, address string, token string, body any) (int, []byte, error) {
	text, err := json.Marshal(body)
	if err != nil {
		return 0, nil, err
	}
	request, err := http.NewRequestWithContext(ctx, http.MethodPost, address, bytes.NewReader(text))
	if err != nil {
		return 0, nil, err
	}
	request.Header.Set("Content-Type", "application/json")
	if token != "" {
		request.Header.Set("zt-session", token)
	}
	response, err := client.Do(request)
	if err != nil {
		return 0, nil, err
	}
	defer response.Body.Close()
	answer, err := io.ReadAll(io.LimitReader(response.Body, largestMessage))
	return response.StatusCode, answer, err
}
