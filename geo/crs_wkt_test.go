package geo_test

import (
	"strings"
	"testing"

	"vigie/geo"
)

// The texts are those that Esri's and OGC's software writes beside shapefiles.
const (
	esriLambert = `PROJCS["RGF93_Lambert_93",GEOGCS["GCS_RGF_1993",DATUM["D_RGF_1993",SPHEROID["GRS_1980",6378137.0,298.257222101]],PRIMEM["Greenwich",0.0],UNIT["Degree",0.0174532925199433]],PROJECTION["Lambert_Conformal_Conic"],PARAMETER["False_Easting",700000.0],PARAMETER["False_Northing",6600000.0],PARAMETER["Central_Meridian",3.0],PARAMETER["Standard_Parallel_1",44.0],PARAMETER["Standard_Parallel_2",49.0],PARAMETER["Latitude_Of_Origin",46.5],UNIT["Meter",1.0]]`
	ogcLambert  = `PROJCS["RGF93 / Lambert-93", GEOGCS["RGF93", DATUM["Reseau_Geodesique_Francais_1993", SPHEROID["GRS 1980",6378137,298.257222101, AUTHORITY["EPSG","7019"]], TOWGS84[0,0,0,0,0,0,0], AUTHORITY["EPSG","6171"]], PRIMEM["Greenwich",0], UNIT["degree",0.0174532925199433], AUTHORITY["EPSG","4171"]], PROJECTION["Lambert_Conformal_Conic_2SP"], PARAMETER["standard_parallel_1",49], PARAMETER["standard_parallel_2",44], PARAMETER["latitude_of_origin",46.5], PARAMETER["central_meridian",3], PARAMETER["false_easting",700000], PARAMETER["false_northing",6600000], UNIT["metre",1]]`
	esriWorld   = `GEOGCS["GCS_WGS_1984",DATUM["D_WGS_1984",SPHEROID["WGS_1984",6378137.0,298.257223563]],PRIMEM["Greenwich",0.0],UNIT["Degree",0.0174532925199433]]`
	esriZone    = `PROJCS["WGS_1984_UTM_Zone_30N",` + esriWorld + `,PROJECTION["Transverse_Mercator"],PARAMETER["False_Easting",500000.0],PARAMETER["False_Northing",0.0],PARAMETER["Central_Meridian",-3.0],PARAMETER["Scale_Factor",0.9996],PARAMETER["Latitude_Of_Origin",0.0],UNIT["Meter",1.0]]`
	esriWeb     = `PROJCS["WGS_1984_Web_Mercator_Auxiliary_Sphere",` + esriWorld + `,PROJECTION["Mercator_Auxiliary_Sphere"],PARAMETER["False_Easting",0.0],PARAMETER["False_Northing",0.0],PARAMETER["Central_Meridian",0.0],PARAMETER["Standard_Parallel_1",0.0],PARAMETER["Auxiliary_Sphere_Type",0.0],UNIT["Meter",1.0]]`
	esriParis   = `PROJCS["NTF_Lambert_II_etendu",GEOGCS["GCS_NTF_Paris",DATUM["D_NTF",SPHEROID["Clarke_1880_IGN",6378249.2,293.46602]],PRIMEM["Paris",2.337229166666667],UNIT["Grad",0.01570796326794897]],PROJECTION["Lambert_Conformal_Conic"],PARAMETER["False_Easting",600000.0],PARAMETER["False_Northing",2200000.0],PARAMETER["Central_Meridian",0.0],PARAMETER["Standard_Parallel_1",45.89891889],PARAMETER["Standard_Parallel_2",47.69601444],PARAMETER["Latitude_Of_Origin",46.8],UNIT["Meter",1.0]]`
)

func TestFindCRSInWKT(t *testing.T) {
	reunion := strings.NewReplacer("WGS_1984_UTM_Zone_30N", "RGR_1992_UTM_40S", "D_WGS_1984", "D_RGR_1992", "-3.0", "57.0",
		`"False_Northing",0.0`, `"False_Northing",10000000.0`).Replace(esriZone)
	for name, check := range map[string]struct{ text, name, want string }{
		"Lambert-93 of Esri":       {esriLambert, "RGF93_Lambert_93", "EPSG:2154"},
		"Lambert-93 of OGC":        {ogcLambert, "RGF93 / Lambert-93", "EPSG:2154"},
		"CC46":                     {strings.NewReplacer("700000.0", "1700000.0", "6600000.0", "5200000.0", "44.0", "45.25", "49.0", "46.75", "46.5", "46.0").Replace(esriLambert), "RGF93_Lambert_93", "EPSG:3946"},
		"WGS 84":                   {esriWorld, "GCS_WGS_1984", "EPSG:4326"},
		"RGF93 in degrees":         {strings.ReplaceAll(esriWorld, "WGS_1984", "RGF_1993"), "GCS_RGF_1993", "EPSG:4326"},
		"UTM 30N":                  {esriZone, "WGS_1984_UTM_Zone_30N", "EPSG:32630"},
		"UTM 30N on ETRS89":        {strings.ReplaceAll(esriZone, "D_WGS_1984", "D_ETRS_1989"), "WGS_1984_UTM_Zone_30N", "EPSG:32630"},
		"La Réunion":               {reunion, "RGR_1992_UTM_40S", "EPSG:2975"},
		"Antilles":                 {strings.NewReplacer("D_WGS_1984", "D_RGAF_2009", "-3.0", "-63.0").Replace(esriZone), "WGS_1984_UTM_Zone_30N", "EPSG:5490"},
		"zone 20N on WGS 84":       {strings.ReplaceAll(esriZone, "-3.0", "-63.0"), "WGS_1984_UTM_Zone_30N", "EPSG:32620"},
		"Web Mercator":             {esriWeb, "WGS_1984_Web_Mercator_Auxiliary_Sphere", "EPSG:3857"},
		"by its code":              {`PROJCS["any name",AUTHORITY["EPSG","3943"]]`, "any name", "EPSG:3943"},
		"with heights":             {`COMPD_CS["x",` + ogcLambert + `,VERT_CS["NGF-IGN69"]]`, "RGF93 / Lambert-93", "EPSG:2154"},
		"round brackets":           {strings.NewReplacer("[", "(", "]", ")").Replace(esriLambert), "RGF93_Lambert_93", "EPSG:2154"},
		"Lambert II":               {esriParis, "NTF_Lambert_II_etendu", ""},
		"another origin":           {strings.Replace(esriLambert, "700000.0", "700001.0", 1), "RGF93_Lambert_93", ""},
		"feet":                     {strings.Replace(esriLambert, `"Meter",1.0`, `"Foot",0.3048`, 1), "RGF93_Lambert_93", ""},
		"another scale":            {strings.Replace(esriZone, "0.9996", "0.9999", 1), "WGS_1984_UTM_Zone_30N", ""},
		"one parallel, without it": {strings.Replace(esriLambert, "49.0", "44.0", 1), "RGF93_Lambert_93", ""},
		"cut short":                {esriLambert[:200], "", ""},
		"more behind":              {esriWorld + "x", "", ""},
		"no text":                  {"", "", ""},
		"deep":                     {strings.Repeat("A[", 5000), "", ""},
	} {
		c, said, ok := geo.FindCRSInWKT(check.text)
		if c.Code != check.want || ok != (check.want != "") || said != check.name {
			t.Errorf("%s: %q, %q, %v; want %q, %q", name, c.Code, said, ok, check.want, check.name)
		}
	}
}

// FuzzFindCRSInWKT reads anything; what it finds is a system that has a code.
func FuzzFindCRSInWKT(f *testing.F) {
	for _, text := range []string{esriLambert, ogcLambert, esriWorld, esriZone, esriWeb, esriParis, `A["b",1,C()]`, `PROJCS["`} {
		f.Add(text)
	}
	f.Fuzz(func(t *testing.T, text string) {
		if c, _, ok := geo.FindCRSInWKT(text); ok != (c.Code != "") {
			t.Errorf("%q, %v", c.Code, ok)
		}
	})
}
