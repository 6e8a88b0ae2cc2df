// The OGC server that scripts/bench-ogc asks beside Vigie, by its version; nothing of Vigie is built with it.
module vigie/scripts/ogcpeer

go 1.26

tool github.com/CrunchyData/pg_featureserv

require (
	github.com/CrunchyData/pg_featureserv v1.3.1 // indirect
	github.com/antlr/antlr4/runtime/Go/antlr v0.0.0-20220209173558-ad29539cd2e9 // indirect
	github.com/fsnotify/fsnotify v1.4.7 // indirect
	github.com/getkin/kin-openapi v0.2.0 // indirect
	github.com/ghodss/yaml v1.0.0 // indirect
	github.com/gorilla/handlers v1.4.2 // indirect
	github.com/gorilla/mux v1.7.3 // indirect
	github.com/hashicorp/hcl v1.0.0 // indirect
	github.com/jackc/chunkreader/v2 v2.0.0 // indirect
	github.com/jackc/pgconn v1.1.0 // indirect
	github.com/jackc/pgio v1.0.0 // indirect
	github.com/jackc/pgpassfile v1.0.0 // indirect
	github.com/jackc/pgproto3/v2 v2.0.0 // indirect
	github.com/jackc/pgtype v1.0.2 // indirect
	github.com/jackc/pgx/v4 v4.1.2 // indirect
	github.com/jackc/puddle v1.0.0 // indirect
	github.com/magiconair/properties v1.8.1 // indirect
	github.com/mitchellh/mapstructure v1.1.2 // indirect
	github.com/pborman/getopt v0.0.0-20190409184431-ee0cd42419d3 // indirect
	github.com/pelletier/go-toml v1.2.0 // indirect
	github.com/sirupsen/logrus v1.7.0 // indirect
	github.com/spf13/afero v1.1.2 // indirect
	github.com/spf13/cast v1.3.0 // indirect
	github.com/spf13/jwalterweatherman v1.0.0 // indirect
	github.com/spf13/pflag v1.0.3 // indirect
	github.com/spf13/viper v1.6.1 // indirect
	github.com/subosito/gotenv v1.2.0 // indirect
	github.com/theckman/httpforwarded v0.4.0 // indirect
	golang.org/x/crypto v0.0.0-20190911031432-227b76d455e7 // indirect
	golang.org/x/sys v0.0.0-20191026070338-33540a1f6037 // indirect
	golang.org/x/text v0.3.2 // indirect
	golang.org/x/xerrors v0.0.0-20190717185122-a985d3407aa7 // indirect
	gopkg.in/ini.v1 v1.51.0 // indirect
	gopkg.in/yaml.v2 v2.2.4 // indirect
)
