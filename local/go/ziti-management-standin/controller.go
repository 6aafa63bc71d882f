package main

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"os"
	"strings"
	"time"
)

// logIn opens a session at the controller with the client certificate, and returns the name of its identity.
func logIn(ctx context.Context, given settings) (string, error) {
	certificate, err := tls.LoadX509KeyPair(given.certFile, given.keyFile)
	if err != nil {
		return "", err
	}
	bundle, err := os.ReadFile(given.caFile)
	if err != nil {
		return "", err
	}
	authorities := x509.NewCertPool()
	if !authorities.AppendCertsFromPEM(bundle) {
		return "", errors.New("ZITI_CA_FILE holds no certificate")
	}
	trust := &tls.Config{Certificates: []tls.Certificate{certificate}, RootCAs: authorities, MinVersion: tls.VersionTLS12}
	client := http.Client{Timeout: 30 * time.Second, Transport: &http.Transport{TLSClientConfig: trust}}
	address := strings.TrimSuffix(given.controller, "/") + "/edge/management/v1/authenticate?method=cert"
	request, err := http.NewRequestWithContext(ctx, http.MethodPost, address, strings.NewReader("{}"))
	if err != nil {
		return "", err
	}
	request.Header.Set("Content-Type", "application/json")
	response, err := client.Do(request)
	if err != nil {
		return "", err
	}
	defer response.Body.Close()
	return readSession(response)
}

func readSession(response *http.Response) (string, error) {
	var body struct {
		Data struct {
			Token    string `json:"token"`
			Identity struct {
				Name string `json:"name"`
			} `json:"identity"`
		} `json:"data"`
	}
	if response.StatusCode != http.StatusOK {
		return "", fmt.Errorf("the login with the certificate was answered with %s", response.Status)
	}
	if err := json.NewDecoder(response.Body).Decode(&body); err != nil {
		return "", err
	}
	if body.Data.Token == "" {
		return "", errors.New("the login was answered without a token")
	}
	return body.Data.Identity.Name, nil
}
