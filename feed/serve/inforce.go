package serve

import (
	"net/http"
	"time"
)

// InForce answers a request for the configuration in force. Client code reads
// it too.
type InForce struct {
	Config     map[string]any `json:"config"`            // by the keys of the file; in place of each secret a mark
	Since      time.Time      `json:"since"`             // it is in force
	Fault      string         `json:"fault,omitempty"`   // why the file was refused when it was looked at last
	FaultAt    time.Time      `json:"fault_at,omitzero"` // when that was
	Categories map[string]int `json:"categories"`        // public articles in each
	Sources    map[string]int `json:"sources"`           // public articles of each
}

// showConfig answers with the configuration in force.
func (s *Server) showConfig(w http.ResponseWriter, r *http.Request) error {
	token, _ := r.Context().Value(tokenKey{}).(Token)
	found, err := s.InForce(r.Context(), token.Secret)
	if err != nil {
		return err
	}
	return writeJSON(w, http.StatusOK, "application/json", found)
}
