package serve

// Route is a route of the API, for tests that hold openapi.json to it.
type Route struct{ Method, Path, Right string }

// Routes are all of those below /api/.
func Routes() (list []Route) {
	s := new(Server)
	rights := map[string]string{}
	for _, r := range s.apiRoutes() {
		rights[r.method+" "+r.path] = r.right
	}
	for _, r := range s.routes() {
		if isAPI(r.path) {
			list = append(list, Route{r.method, r.path, rights[r.method+" "+r.path]})
		}
	}
	return list
}

// Strangers is how many addresses are remembered.
func (s *Server) Strangers() int {
	s.limits.mu.Lock()
	defer s.limits.mu.Unlock()
	return len(s.limits.strangers)
}
