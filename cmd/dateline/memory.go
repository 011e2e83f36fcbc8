package main

import (
	"os"
	"runtime/debug"
)

const (
	gcPercent   = 400       // of what is in use, before it is collected: little is, and much is made and thrown away
	memoryLimit = 256 << 20 // bytes, from which on the collector takes more trouble
)

// tuneMemory spends some memory to save time, unless the environment says how
// much of either (GOGC, GOMEMLIMIT).
func tuneMemory() {
	if os.Getenv("GOGC") == "" && os.Getenv("GOMEMLIMIT") == "" {
		debug.SetGCPercent(gcPercent)
		debug.SetMemoryLimit(memoryLimit)
	}
}
