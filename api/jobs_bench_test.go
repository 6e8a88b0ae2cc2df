package api_test

import (
	"context"
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"vigie/api"
)

// BenchmarkSmallStudy is a study of one camera, a new one each time, asked for in three ways: without workers, waited for while
// there are workers, and as a job that is asked for once it is done.
func BenchmarkSmallStudy(b *testing.B) {
	for _, way := range []string{"alone", "waited for", "job"} {
		b.Run(way, func(b *testing.B) {
			handler, err := api.New(config(b, openSQLite(b)))
			if err != nil {
				b.Fatal(err)
			}
			if way != "alone" {
				ctx, cancel := context.WithCancel(b.Context())
				done := make(chan struct{})
				go func() {
					defer close(done)
					handler.Work(ctx)
				}()
				defer func() {
					cancel()
					<-done
				}()
			}
			if answer := sent(b, handler, http.MethodPost, "/api/v1/cameras", cameraBody); answer.Code != http.StatusCreated {
				b.Fatal(answer.Code, answer.Body)
			}
			wait := "?wait=30"
			if way == "job" {
				wait = "?wait=0"
			}
			before := usedTime(b)
			for i := 0; b.Loop(); i++ {
				body := strings.Replace(squareRequest, "Carré", fmt.Sprint("Carré ", i), 1)
				answer := sent(b, handler, http.MethodPost, studiesURL+wait, body)
				if way == "job" {
					answer = sent(b, handler, http.MethodGet, answer.Header().Get("Location")+"?wait=30", "")
				}
				if answer.Code >= http.StatusBadRequest || way == "job" && !strings.Contains(answer.Body.String(), "succeeded") {
					b.Fatal(answer.Code, answer.Body)
				}
			}
			b.ReportMetric(float64((usedTime(b)-before).Microseconds())/1000/float64(b.N), "cpu-ms/op")
		})
	}
}

func sent(b *testing.B, handler http.Handler, method, url, body string) *httptest.ResponseRecorder {
	b.Helper()
	asked := httptest.NewRequestWithContext(b.Context(), method, url, strings.NewReader(body))
	asked.Host = "localhost"
	asked.Header.Set("Content-Type", "application/json")
	answer := httptest.NewRecorder()
	handler.ServeHTTP(answer, asked)
	return answer
}
