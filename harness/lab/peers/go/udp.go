package main

import (
	"errors"
	"fmt"
	"net"
	"net/netip"
)

const (
	socketBuffer  = 4 << 20 // the kernel takes it twice, and counts what a datagram costs it
	datagramBytes = 2048
)

// serveDatagrams takes one datagram after the other, and returns what it counted; its loop allocates nothing.
func serveDatagrams(place netip.AddrPort, echo bool) (string, error) {
	socket, err := net.ListenUDP("udp4", net.UDPAddrFromAddrPort(place))
	if err != nil {
		return "", err
	}
	if err := socket.SetReadBuffer(socketBuffer); err != nil {
		return "", err
	}
	if err := socket.SetWriteBuffer(socketBuffer); err != nil {
		return "", err
	}
	onSignal(func() { socket.Close() })
	fmt.Println("ready")
	var received, sent, failed uint64
	buffer := make([]byte, datagramBytes)
	for {
		length, sender, err := socket.ReadFromUDPAddrPort(buffer)
		if errors.Is(err, net.ErrClosed) {
			break
		}
		if err != nil {
			return "", err
		}
		received++
		if !echo {
			continue
		}
		if _, err := socket.WriteToUDPAddrPort(buffer[:length], sender); err != nil {
			failed++
		} else {
			sent++
		}
	}
	return fmt.Sprintf(`"rx_frames":%d,"tx_frames":%d,"tx_failed":%d`, received, sent, failed), nil
}
