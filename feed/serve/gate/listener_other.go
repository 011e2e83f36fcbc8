//go:build !linux

package gate

import (
	"context"
	"net"
	"net/http"
	"sync"

	"dateline/feed/serve/limit"
)

// Listener is the listener that it was made of: here the server answers
// everything.
type Listener struct {
	net.Listener
	rules   Rules
	once    sync.Once
	closing chan struct{}
}

// Listen is a door that is always open.
func Listen(inner Inner, _ *http.Server, rules Rules) (*Listener, error) {
	return &Listener{Listener: inner, rules: rules.complete(), closing: make(chan struct{})}, nil
}

// Accept waits for the next connection.
func (l *Listener) Accept() (net.Conn, error) {
	c, err := l.Listener.Accept()
	if err != nil {
		return nil, err
	}
	if !l.rules.Enter(l.closing) {
		c.Close()
		return nil, net.ErrClosed
	}
	return limit.Counted(c, l.rules.Leave), nil
}

// Close takes no more connections.
func (l *Listener) Close() error {
	l.once.Do(func() { close(l.closing) })
	return l.Listener.Close()
}

// CloseIdle has nothing to close.
func (*Listener) CloseIdle(int) {}

// Wait has nothing to wait for.
func (*Listener) Wait(context.Context) error { return nil }
