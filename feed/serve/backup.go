package serve

import (
	"fmt"
	"net/http"
	"strconv"
	"time"
)

// backupStall is how long a client may read nothing of a backup: all the while,
// the pages that are freed are not used again.
const backupStall = time.Minute

// backup answers with the whole store as it is at this moment.
func (s *Server) backup(w http.ResponseWriter, r *http.Request) error {
	control, begun := http.NewResponseController(w), false
	err := s.Store.Backup(r.Context(), w, func(_, all int64) {
		if !begun {
			begun = true
			w.Header().Set("Content-Type", "application/octet-stream")
			w.Header().Set("Content-Length", strconv.FormatInt(all, 10))
			w.Header().Set("Cache-Control", "no-store")
		}
		control.SetWriteDeadline(time.Now().Add(backupStall))
	})
	if err != nil && begun { // it cannot be answered any more; the client sees that it is cut short
		s.Log.WarnContext(r.Context(), "a backup broke off", "error", fmt.Sprint(err))
		panic(http.ErrAbortHandler)
	}
	return err
}
