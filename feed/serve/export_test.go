package serve

// Route is a route of the API, for tests that hold openapi.json to it.
type Route struct{ Method, Path, Right string }

// Routes are all of them that take a token.
func Routes() (list []Route) {
	for _, r := range new(Server).apiRoutes() {
		list = append(list, Route{r.method, r.path, r.right})
	}
	return list
}
