package main

import (
	"fmt"
	"math/rand/v2"
	"net"
	"sync"
)

var takenAddresses struct {
	sync.Mutex
	given map[string]bool
}

// freeAddress is one of this machine where nobody listens, and which is given to
// nobody else. Systems give those who ask for any port one from 32768 on: until
// it is listened at, one of those may be taken by whoever calls somebody.
func freeAddress(t interface{ Fatalf(string, ...any) }) string {
	takenAddresses.Lock()
	defer takenAddresses.Unlock()
	if takenAddresses.given == nil {
		takenAddresses.given = map[string]bool{}
	}
	for range 100 {
		address := fmt.Sprint("127.0.0.1:", 10_000+rand.IntN(20_000))
		if takenAddresses.given[address] {
			continue
		}
		l, err := net.Listen("tcp", address)
		if err != nil {
			continue
		}
		l.Close()
		takenAddresses.given[address] = true
		return address
	}
	t.Fatalf("there is no port left")
	return ""
}
