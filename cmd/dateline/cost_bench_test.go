//go:build linux

package main

import (
	"fmt"
	"os"
	"runtime"
	"runtime/debug"
	"strings"
	"syscall"
	"testing"
	"time"

	bbolt "go.etcd.io/bbolt"
)

// cost is what an act has taken of this process.
type cost struct {
	took, cpu         time.Duration
	peak              float64 // resident memory at its greatest, in bytes, pages of mapped files included
	allocated, allocs float64 // bytes and objects
	commits           int     // write transactions of a store
}

// measure is the cost of act, with the commits of the store at path, which is
// closed before and after it. An empty path stands for none.
func measure(b *testing.B, path string, act func()) (spent cost) {
	before := commits(b, path)
	debug.FreeOSMemory()
	// proc_pid_clear_refs(5): the peak begins anew.
	if err := os.WriteFile("/proc/self/clear_refs", []byte("5"), 0o200); err != nil {
		b.Fatal(err)
	}
	var heap, after runtime.MemStats
	runtime.ReadMemStats(&heap)
	cpu, start := processorTime(b), time.Now()
	act()
	spent.took, spent.cpu = time.Since(start), processorTime(b)-cpu
	runtime.ReadMemStats(&after)
	spent.allocated, spent.allocs = float64(after.TotalAlloc-heap.TotalAlloc), float64(after.Mallocs-heap.Mallocs)
	spent.peak = peakMemory(b)
	spent.commits = commits(b, path) - before
	return spent
}

// processorTime is what this process has had of all processors.
func processorTime(b *testing.B) time.Duration {
	var usage syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &usage); err != nil {
		b.Fatal(err)
	}
	return time.Duration(usage.Utime.Nano() + usage.Stime.Nano())
}

// peakMemory is the greatest resident memory of this process, in bytes.
func peakMemory(b *testing.B) (n float64) {
	status, err := os.ReadFile("/proc/self/status")
	if err != nil {
		b.Fatal(err)
	}
	_, rest, _ := strings.Cut(string(status), "VmHWM:")
	if _, err := fmt.Sscan(rest, &n); err != nil {
		b.Fatal(err)
	}
	return n * 1024
}

// commits is how many write transactions a closed store has had.
func commits(b *testing.B, path string) (n int) {
	if path == "" {
		return 0
	}
	db, err := bbolt.Open(path, 0o600, &bbolt.Options{ReadOnly: true})
	if err != nil {
		b.Fatal(err)
	}
	defer db.Close()
	err = db.View(func(tx *bbolt.Tx) error {
		n = tx.ID() // of the last that was committed
		return nil
	})
	if err != nil {
		b.Fatal(err)
	}
	return n
}
