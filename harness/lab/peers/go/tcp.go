package main

import (
	"errors"
	"fmt"
	"net"
	"net/netip"
	"sync/atomic"
)

const chunkBytes = 64 << 10

var receivedBytes, sentBytes uint64 // atomic: each connection's goroutine adds to them

// serveConnections has a goroutine a connection, and returns what they counted; Go sets TCP_NODELAY.
func serveConnections(place netip.AddrPort) (string, error) {
	listener, err := net.ListenTCP("tcp4", net.TCPAddrFromAddrPort(place))
	if err != nil {
		return "", err
	}
	onSignal(func() { listener.Close() })
	fmt.Println("ready")
	connections := 0
	for {
		connection, err := listener.Accept()
		if errors.Is(err, net.ErrClosed) {
			break
		}
		if err != nil {
			return "", err
		}
		connections++
		go echo(connection)
	}
	return fmt.Sprintf(`"rx_bytes":%d,"tx_bytes":%d,"connections":%d`, atomic.LoadUint64(&receivedBytes),
		atomic.LoadUint64(&sentBytes), connections), nil
}

// echo sends back what comes, until the other side ends the connection or it fails, which the client notices.
func echo(connection net.Conn) {
	defer connection.Close()
	buffer := make([]byte, chunkBytes)
	for {
		received, err := connection.Read(buffer)
		if err != nil {
			return
		}
		atomic.AddUint64(&receivedBytes, uint64(received))
		sent, err := connection.Write(buffer[:received])
		atomic.AddUint64(&sentBytes, uint64(sent))
		if err != nil {
			return
		}
	}
}
