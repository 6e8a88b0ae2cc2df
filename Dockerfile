# One static program and one volume.
#
#   docker build -t vigie --build-arg VERSION="$(git describe --tags --always)" .
#   docker run --network host -v vigie:/data vigie
#
# `serve` answers on a loopback address unless it is given another one with a certificate. Inside a container of its own that
# is the container's loopback, which no published port reaches: run it on the host's network, as above, and follow on that
# machine the link that it prints, which makes the first administrator's key. Other commands need no network:
#
#   docker run --rm -v vigie:/data -v "$PWD:/in:ro" vigie import --help
#
# Several replicas on MongoDB behind a proxy: scripts/docker-compose.yml, told in docs/operations.md.

FROM golang:1.26.8-bookworm AS build
WORKDIR /src
COPY go.mod go.sum ./
RUN go mod download
COPY . .
ARG VERSION=devel
RUN CGO_ENABLED=0 go build -trimpath -ldflags "-s -w -X main.version=${VERSION}" -o /out/vigie . \
	&& mkdir -p /out/data /out/tmp

FROM scratch
COPY --from=build --chown=65532:65532 /out/ /
USER 65532:65532
ENV VIGIE_STORE=sqlite:/data/vigie.db
VOLUME /data
HEALTHCHECK --interval=30s --timeout=6s --start-period=10s CMD ["/vigie", "health"]
ENTRYPOINT ["/vigie"]
CMD ["serve"]
