package main

import (
	"context"
	"log/slog"
	"strings"
	"time"

	"github.com/coreos/go-systemd/v22/daemon"
)

// tell tells the service manager, if one started us and wants to be told:
// sd_notify(3).
func tell(log *slog.Logger, states ...string) {
	if _, err := daemon.SdNotify(false, strings.Join(states, "\n")); err != nil {
		log.Warn("the service manager cannot be told how the server is", "error", err)
	}
}

// reloading are the states of a server that takes up its configuration.
func reloading() []string {
	return []string{daemon.SdNotifyReloading, strings.TrimSpace(daemon.SdNotifyMonotonicUsec())}
}

// watchdog feeds the service manager's watchdog, if there is one, until ctx
// ends, but only while the store answers. It looks three times as often as it
// must.
func watchdog(ctx context.Context, answers func(context.Context) error, log *slog.Logger) {
	every, err := daemon.SdWatchdogEnabled(false)
	if err != nil {
		log.Warn("the watchdog of the service manager cannot be fed: look at WatchdogSec= of the unit", "error", err)
	}
	if err != nil || every == 0 {
		return
	}
	ticks := time.NewTicker(every / 3)
	defer ticks.Stop()
	for {
		feedWatchdog(ctx, answers, log)
		select {
		case <-ctx.Done():
			return
		case <-ticks.C:
		}
	}
}

func feedWatchdog(ctx context.Context, answers func(context.Context) error, log *slog.Logger) {
	if err := answers(ctx); err == nil {
		tell(log, daemon.SdNotifyWatchdog)
	} else if ctx.Err() == nil {
		log.Error("the store does not answer, and the watchdog is not fed", "error", err)
		tell(log, "STATUS=The store does not answer: "+err.Error())
	}
}
