package store

import "time"

// Tombstone is the record that an article was withdrawn: killed for good, or
// held while it is checked. That of a held article goes when it is released,
// killed or expires; that of a killed one stays.
type Tombstone struct {
	ID         ID        `json:"id"`
	GUID       string    `json:"guid"`
	Status     Status    `json:"status"` // Held or Killed
	When       time.Time `json:"when"`
	By         string    `json:"by,omitempty"`
	Reason     string    `json:"reason,omitempty"`
	Categories []string  `json:"categories"`
}
