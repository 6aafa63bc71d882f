package main

import (
	"context"
	"encoding/binary"
	"fmt"
	"io"
	"net/url"
)

// What a client of PostgreSQL asks first: whether the server speaks TLS. The answer is one letter.
const sslRequest = 80877103

func (request Request) postgres(ctx context.Context, target *url.URL) (Result, error) {
	connection, err := request.dial(ctx, "tcp", target.Host)
	if err != nil {
		return Result{}, err
	}
	defer connection.Close()
	if deadline, isLimited := ctx.Deadline(); isLimited {
		connection.SetDeadline(deadline)
	}
	question := binary.BigEndian.AppendUint32(binary.BigEndian.AppendUint32(nil, 8), sslRequest)
	if _, err := connection.Write(question); err != nil {
		return Result{}, err
	}
	letter := make([]byte, 1)
	if _, err := io.ReadFull(connection, letter); err != nil {
		return Result{}, err
	}
	if letter[0] != 'S' && letter[0] != 'N' {
		return Result{Status: "no PostgreSQL", Body: fmt.Sprintf("%q", letter)}, nil
	}
	return Result{Arrived: true, Status: "answered", Body: fmt.Sprintf("%q", letter)}, nil
}
