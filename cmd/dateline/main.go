// Command dateline is a syndication server: it keeps articles in one file and
// publishes them as feeds and pages.
package main

import (
	"context"
	"fmt"
	"io"
	"log"
	"os"
	"os/signal"
	"syscall"
	_ "time/tzdata" // TZ has a meaning where the system knows no zones, as in a container
)

func main() {
	tuneMemory()
	log.SetOutput(io.Discard) // what libraries say by themselves; see adoptStandardLog
	signals := make(chan os.Signal, 2)
	signal.Notify(signals, os.Interrupt, syscall.SIGTERM)
	ctx, stop := context.WithCancel(context.Background())
	go func() { // until the process ends
		<-signals
		stop()
		again := <-signals
		fmt.Fprintf(os.Stderr, "dateline: ended at once by a second signal (%s): requests in flight were cut off, and what was acknowledged is kept\n", again)
		os.Exit(exitFailed)
	}()
	os.Exit(run(ctx, os.Args[1:], os.Stdin, os.Stdout, os.Stderr))
}
