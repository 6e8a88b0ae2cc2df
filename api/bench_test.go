package api_test

import (
	"net/http"
	"net/http/httptest"
	"testing"

	"vigie/api"
)

func benchmark(b *testing.B, url string, cameras int) {
	b.Helper()
	store := openSQLite(b)
	fill(b, store, cameras)
	handler, err := api.New(config(b, store))
	if err != nil {
		b.Fatal(err)
	}
	b.ReportAllocs()
	for b.Loop() {
		answer := httptest.NewRecorder()
		asked := httptest.NewRequestWithContext(b.Context(), http.MethodGet, url, nil)
		asked.Host = "localhost"
		handler.ServeHTTP(answer, asked)
		if answer.Code != http.StatusOK {
			b.Fatal(answer.Code, answer.Body)
		}
	}
}

func BenchmarkGet(b *testing.B) { benchmark(b, "/api/v1/cameras/c00042", 5000) }

func BenchmarkList100(b *testing.B) { benchmark(b, "/api/v1/cameras?holder=h1", 5000) }

func BenchmarkListBox100(b *testing.B) { benchmark(b, "/api/v1/cameras?bbox=4,44,5,45", 5000) }
