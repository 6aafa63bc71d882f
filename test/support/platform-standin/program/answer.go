package main

import (
	"encoding/binary"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
)

// Answer is what every port says: which workload was reached, where, and who called as far as the workload can see.
type Answer struct {
	Workload string `json:"workload"`
	Port     int    `json:"port"`
	Protocol string `json:"protocol"`
	// Address and port of whoever opened the connection; a sidecar in front of the workload is 127.0.0.6.
	Source string `json:"source"`
	// The mesh identity that the sidecar read out of the caller's certificate; empty without a sidecar.
	Caller   string `json:"caller,omitempty"`
	Method   string `json:"method,omitempty"`
	Host     string `json:"host,omitempty"`
	Path     string `json:"path,omitempty"`
	Identity string `json:"identity,omitempty"`
}

func (answer Answer) line() []byte {
	text, err := json.Marshal(answer)
	if err != nil {
		panic(err) // strings and a number
	}
	return text
}

// A gRPC message is a frame with its length in front.
func writeFrame(writer io.Writer, message []byte) error {
	header := make([]byte, 5)
	binary.BigEndian.PutUint32(header[1:], uint32(len(message)))
	if _, err := writer.Write(header); err != nil {
		return err
	}
	_, err := writer.Write(message)
	return err
}

const largestMessage = 1 << 20

// Empty when the body has no message, as in an answer that is an error.
func readFrame(reader io.Reader) ([]byte, error) {
	header := make([]byte, 5)
	if _, err := io.ReadFull(reader, header); err != nil {
		if err == io.EOF {
			return nil, nil
		}
		return nil, err
	}
	length := binary.BigEndian.Uint32(header[1:])
	if length > largestMessage {
		return nil, fmt.Errorf("a message of %d bytes", length)
	}
	message := make([]byte, length)
	_, err := io.ReadFull(reader, message)
	return message, err
}

// The message is a google.protobuf.StringValue, so that any gRPC client can read it.
func toStringValue(text []byte) []byte {
	return append(binary.AppendUvarint([]byte{0x0a}, uint64(len(text))), text...)
}

func fromStringValue(message []byte) string {
	if len(message) == 0 || message[0] != 0x0a {
		return ""
	}
	length, size := binary.Uvarint(message[1:])
	if size <= 0 || uint64(len(message)-1-size) < length {
		return ""
	}
	return string(message[1+size : 1+size+int(length)])
}

func answerTo(request *http.Request, workload string, port int) Answer {
	return Answer{
		Workload: workload,
		Port:     port,
		Source:   request.RemoteAddr,
		Caller:   request.Header.Get("X-Forwarded-Client-Cert"),
		Method:   request.Method,
		Host:     request.Host,
		Path:     request.URL.Path,
		Identity: request.Header.Get("X-Identity-Id"),
	}
}
