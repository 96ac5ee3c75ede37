// A UDP sink or echo server, or a TCP echo server, on Go's net package. SIGINT or SIGTERM ends it with a line of JSON.
package main

import (
	"fmt"
	"net/netip"
	"os"
	"os/signal"
	"runtime"
	"runtime/metrics"
	"syscall"
	"time"
)

const usage = "usage: go-peer udp-sink|udp-echo|tcp-echo busy|wait ADDRESS PORT"

func main() {
	if len(os.Args) != 5 || os.Args[2] != "busy" && os.Args[2] != "wait" {
		end(2, usage)
	}
	place, err := netip.ParseAddrPort(os.Args[3] + ":" + os.Args[4])
	if err != nil {
		end(2, err.Error())
	}
	runtime.GOMAXPROCS(1)
	start, before, counts := time.Now(), allocated(), ""
	switch os.Args[1] {
	case "udp-sink", "udp-echo":
		counts, err = serveDatagrams(place, os.Args[1] == "udp-echo")
	case "tcp-echo":
		counts, err = serveConnections(place)
	default:
		end(2, usage)
	}
	if err != nil {
		end(1, err.Error())
	}
	fmt.Printf("{%s,\"alloc_bytes\":%d,\"duration_ns\":%d}\n", counts, allocated()-before, time.Since(start).Nanoseconds())
}

func end(code int, message string) {
	fmt.Fprintln(os.Stderr, "go-peer:", message)
	os.Exit(code)
}

// onSignal calls what ends the server, when it is to end.
func onSignal(stop func()) {
	signals := make(chan os.Signal, 1)
	signal.Notify(signals, syscall.SIGINT, syscall.SIGTERM)
	go func() {
		<-signals
		stop()
	}()
}

// allocated is the bytes of heap that were allocated so far.
func allocated() uint64 {
	sample := []metrics.Sample{{Name: "/gc/heap/allocs:bytes"}}
	metrics.Read(sample)
	return sample[0].Value.Uint64()
}
