package main

import (
	"bytes"
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"net"
	"net/url"
	"time"
)

const (
	answerTime      = 10 * time.Second
	protocolVersion = 3 << 16
	sslRequest      = 80877103
)

// askDatabase opens a connection as PostgreSQL's protocol has it: a server that asks for the password, or lets the user
// in, is there and speaks the protocol. The address is never printed: it holds a password.
func askDatabase(ctx context.Context, address string) error {
	given, err := url.Parse(address)
	if err != nil || (given.Scheme != "postgres" && given.Scheme != "postgresql") || given.Hostname() == "" {
		return errors.New("DATABASE_URL is no postgres:// URL")
	}
	port := given.Port()
	if port == "" {
		port = "5432"
	}
	dialer := net.Dialer{Timeout: answerTime}
	connection, err := dialer.DialContext(ctx, "tcp", net.JoinHostPort(given.Hostname(), port))
	if err != nil {
		return err
	}
	defer connection.Close()
	if err := connection.SetDeadline(time.Now().Add(answerTime)); err != nil {
		return err
	}
	if given.Query().Get("sslmode") == "disable" {
		return start(connection, given.User.Username(), given.Path)
	}
	return askForTLS(connection)
}

func start(connection io.ReadWriter, user, path string) error {
	body := binary.BigEndian.AppendUint32(nil, protocolVersion)
	for _, text := range []string{"user", user, "database", path[min(1, len(path)):], ""} {
		body = append(append(body, text...), 0)
	}
	kind, text, err := exchange(connection, body)
	switch {
	case err != nil:
		return err
	case kind == 'R':
		return nil
	case kind == 'E':
		return fmt.Errorf("the server refuses: %q", bytes.ReplaceAll(text, []byte{0}, []byte{' '}))
	default:
		return fmt.Errorf("the server speaks no PostgreSQL: it answered with %q", kind)
	}
}

func exchange(connection io.ReadWriter, body []byte) (kind byte, text []byte, err error) {
	message := append(binary.BigEndian.AppendUint32(nil, uint32(len(body)+4)), body...)
	if _, err := connection.Write(message); err != nil {
		return 0, nil, err
	}
	head := make([]byte, 5)
	if _, err := io.ReadFull(connection, head); err != nil {
		return 0, nil, fmt.Errorf("no answer to the startup message: %w", err)
	}
	size := binary.BigEndian.Uint32(head[1:])
	if size < 4 || size > 1<<16 {
		return head[0], nil, nil
	}
	text = make([]byte, size-4)
	_, err = io.ReadFull(connection, text)
	return head[0], text, err
}

func askForTLS(connection io.ReadWriter) error {
	message := binary.BigEndian.AppendUint32(binary.BigEndian.AppendUint32(nil, 8), sslRequest)
	if _, err := connection.Write(message); err != nil {
		return err
	}
	answer := make([]byte, 1)
	if _, err := io.ReadFull(connection, answer); err != nil {
		return fmt.Errorf("no answer to the question for TLS: %w", err)
	}
	if answer[0] != 'S' && answer[0] != 'N' {
		return fmt.Errorf("the server speaks no PostgreSQL: it answered with %q", answer[0])
	}
	return nil
}
