// The CGAL peer of a scene: cgal SCENE. It answers as protocol.go says.
//
// A run is the triangular expansion visibility polygon (F. Bungiu and others, arXiv:1403.3905) of the first cameras of
// the scene among its buildings, all round. The arrangement of the walls, its triangulation and the face that every
// camera stands in are made beforehand and not timed: expansion alone. The cameras look twice, of which the second time counts,
// as on the other side: neither begins with what another program left in the caches. Its polygons are not limited by any reach; their
// surfaces are taken afterwards within the regular polygon that stands for the reach of each camera, not timed either.
//
// CGAL's visibility package is under the GPL: this program is built on demand for a measurement, and not given away.
#include <CGAL/Arr_segment_traits_2.h>
#include <CGAL/Arr_trapezoid_ric_point_location.h>
#include <CGAL/Arrangement_2.h>
#include <CGAL/Exact_predicates_exact_constructions_kernel.h>
#include <CGAL/Triangular_expansion_visibility_2.h>
#include <CGAL/version.h>

#include <chrono>
#include <cmath>
#include <ctime>
#include <cstdio>
#include <fstream>
#include <iostream>
#include <sstream>
#include <string>
#include <variant>
#include <vector>

using Kernel = CGAL::Exact_predicates_exact_constructions_kernel;
using Arrangement = CGAL::Arrangement_2<CGAL::Arr_segment_traits_2<Kernel>>;
using Face = Arrangement::Face_const_handle;
using Expansion = CGAL::Triangular_expansion_visibility_2<Arrangement, CGAL::Tag_true>;
using Point = Kernel::Point_2;

struct Place { double x, y; };
using Ring = std::vector<Place>;
struct Camera { Place at; double reach; };

constexpr size_t most_cameras = 200;
constexpr int chords = 64;
constexpr double frame_m = 20000;  // half the side of the square round the town

struct Scene {
  std::vector<Ring> buildings;
  std::vector<Camera> cameras;
};

Scene read(const char* name) {
  Scene scene;
  std::ifstream file(name);
  for (std::string text; std::getline(file, text);) {
    std::istringstream line(text);
    std::string word;
    line >> word;
    if (word == "building") {
      Ring ring;
      for (Place p; line >> p.x >> p.y;) ring.push_back(p);
      scene.buildings.push_back(ring);
    } else if (word == "camera" && scene.cameras.size() < most_cameras) {
      Camera c;
      double axis, aperture;
      line >> c.at.x >> c.at.y >> axis >> aperture >> c.reach;
      scene.cameras.push_back(c);
    }
  }
  return scene;
}

Arrangement arrange(const Scene& scene) {
  std::vector<Kernel::Segment_2> walls;
  auto add = [&](const Ring& ring) {
    for (size_t k = 0; k < ring.size(); k++) {
      const Place &a = ring[k], &b = ring[(k + 1) % ring.size()];
      walls.emplace_back(Point(a.x, a.y), Point(b.x, b.y));
    }
  };
  for (const Ring& ring : scene.buildings) add(ring);
  add({{-frame_m, -frame_m}, {frame_m, -frame_m}, {frame_m, frame_m}, {-frame_m, frame_m}});
  Arrangement arrangement;
  CGAL::insert(arrangement, walls.begin(), walls.end());
  return arrangement;
}

// locate finds the face that every camera stands in, the outdoors as a rule.
std::vector<Face> locate(const Arrangement& arrangement, const Scene& scene) {
  CGAL::Arr_trapezoid_ric_point_location<Arrangement> location(arrangement);
  std::vector<Face> faces;
  for (const Camera& c : scene.cameras) {
    auto found = location.locate(Point(c.at.x, c.at.y));
    const Face* face = boost::get<Face>(&found);
    if (face == nullptr) throw std::runtime_error("a camera stands on a wall");
    faces.push_back(*face);
  }
  return faces;
}

// within is the surface of the triangle eye, a, b inside the regular polygon of the reach, whose corners begin north of
// the eye and turn clockwise; a and b are seen from the eye, b to the left of a.
double within(Place a, Place b, double reach) {
  const double step = 2 * M_PI / chords;
  double from = std::atan2(a.y, a.x), turn = std::atan2(a.x * b.y - a.y * b.x, a.x * b.x + a.y * b.y), sum = 0;
  if (turn < 1e-12) return 0;  // a wall seen end on
  for (double at = from, to = from + turn; at < to;) {  // chord by chord
    double k = std::floor((at - M_PI / 2) / step + 1e-9), end = std::min(to, M_PI / 2 + (k + 1) * step);
    double middle = M_PI / 2 + (k + 0.5) * step, apothem = reach * std::cos(step / 2);
    auto wall = [&](double t) {
      double c = std::cos(t), s = std::sin(t), dx = b.x - a.x, dy = b.y - a.y;
      return (a.x * dy - a.y * dx) / (c * dy - s * dx);
    };
    auto chord = [&](double t) { return apothem / std::cos(t - middle); };
    auto piece = [&](double r0, double r1, double t0, double t1) { return r0 * r1 * std::sin(t1 - t0) / 2; };
    double w0 = wall(at), w1 = wall(end), c0 = chord(at), c1 = chord(end);
    if ((w0 <= c0) == (w1 <= c1)) {
      sum += w0 + w1 <= c0 + c1 ? piece(w0, w1, at, end) : piece(c0, c1, at, end);
    } else {  // they cross once
      double dx = b.x - a.x, dy = b.y - a.y, nx = std::cos(middle), ny = std::sin(middle);
      double share = (apothem - a.x * nx - a.y * ny) / (dx * nx + dy * ny);
      double t = at + std::remainder(std::atan2(a.y + share * dy, a.x + share * dx) - at, 2 * M_PI), r = wall(t);
      sum += w0 <= c0 ? piece(w0, r, at, t) + piece(r, c1, t, end) : piece(c0, r, at, t) + piece(r, w1, t, end);
    }
    at = end;
  }
  return sum;
}

double seen(const Arrangement& visible, const Camera& c) {
  double sum = 0;
  for (auto face = visible.faces_begin(); face != visible.faces_end(); ++face) {
    if (face->is_unbounded() || !face->has_outer_ccb()) continue;
    auto edge = face->outer_ccb(), first = edge;
    do {
      auto from = [&](const Point& p) { return Place{CGAL::to_double(p.x()) - c.at.x, CGAL::to_double(p.y()) - c.at.y}; };
      sum += within(from(edge->source()->point()), from(edge->target()->point()), c.reach);
    } while (++edge != first);
  }
  return sum;
}

int main(int, char** argv) {
  const Scene scene = read(argv[1]);
  const Arrangement arrangement = arrange(scene);
  const Expansion expansion(arrangement);
  const std::vector<Face> faces = locate(arrangement, scene);
  {
    Arrangement visible;  // the first query makes the triangulation
    const Camera& c = scene.cameras.at(0);
    expansion.compute_visibility(Point(c.at.x, c.at.y), faces[0], visible);
  }
  std::printf("{\"engine\":\"CGAL %s\"}\n", CGAL_VERSION_STR);
  std::fflush(stdout);
  for (std::string line; std::getline(std::cin, line);) {
    double seconds = 0, processor = 0, area = 0;
    for (int time = 0; time < 2; time++) {
      seconds = processor = area = 0;
      for (size_t k = 0; k < scene.cameras.size(); k++) {
        const Camera& c = scene.cameras[k];
        Arrangement visible;
        auto start = std::chrono::steady_clock::now();
        auto before = std::clock();
        expansion.compute_visibility(Point(c.at.x, c.at.y), faces[k], visible);
        seconds += std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
        processor += double(std::clock() - before) / CLOCKS_PER_SEC;
        area += seen(visible, c);
      }
    }
    std::printf("{\"seconds\":%.9f,\"cpu\":%.9f,\"seenM2\":[%.6f]}\n", seconds, processor, area);
    std::fflush(stdout);
  }
}
