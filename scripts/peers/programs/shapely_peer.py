"""The shapely peers of a scene: shapely_peer.py overlay|depths|endtoend SCENE.

overlay   four levels: union of the footprints, perimeter less the union
depths    the first level: node all outlines, polygonize, count the footprints over every face
endtoend  index the buildings, see with every camera (sector less the shadows of its buildings), then overlay

It answers as protocol.go says. Runs with shapely 1.8 and 2.
"""

import gc
import json
import math
import resource
import sys
import time
import warnings

import shapely
import shapely.geos
from shapely.geometry import Polygon
from shapely.ops import polygonize, unary_union
from shapely.prepared import prep
from shapely.strtree import STRtree

LEVELS = 4

warnings.filterwarnings("ignore", message="STRtree will be changed")


class Scene:
    """A scene as text.go writes it."""

    def __init__(self, name):
        self.buildings, self.cameras, self.footprints = [], [], [[] for _ in range(LEVELS)]
        with open(name, encoding="ascii") as lines:
            for line in lines:
                word, *numbers = line.split()
                values = [float(number) for number in numbers]
                if word == "perimeter":
                    self.perimeter = ring(values)
                elif word == "building":
                    self.buildings.append(ring(values))
                elif word == "camera":
                    self.cameras.append(values)
                elif word == "footprint":
                    self.footprints[int(numbers[0])].append(ring(values[1:]))


def ring(values):
    return Polygon(list(zip(values[::2], values[1::2])))


def geos_version():
    try:
        return f"GEOS {shapely.geos.geos_version_string.split('-')[0]}"
    except AttributeError:  # shapely 2
        return f"GEOS {shapely.geos_version_string}"


def found(tree, shapes, shape):
    """The shapes whose boxes meet a shape's: shapely 2 answers with indices, shapely 1.8 with the shapes."""
    if shapely.__version__.startswith("1."):
        return tree.query(shape)
    return [shapes[k] for k in tree.query(shape)]


def overlay(scene, footprints):
    seen, rings = [], []
    for level in footprints:
        gaps = scene.perimeter.difference(unary_union(level))
        seen.append(scene.perimeter.area - gaps.area)
        parts = [part for part in getattr(gaps, "geoms", [gaps]) if part.geom_type == "Polygon" and not part.is_empty]
        rings.append(sum(1 + len(part.interiors) for part in parts))
    return {"seenM2": seen, "rings": rings}


def depths(scene):
    footprints = scene.footprints[0]
    lines = unary_union([shape.exterior for shape in footprints] + [scene.perimeter.exterior])
    tree, inside = STRtree(footprints), prep(scene.perimeter)
    prepared = {id(shape): prep(shape) for shape in footprints}
    by_depth = {}
    for face in polygonize(lines):
        place = face.representative_point()
        if inside.contains(place):
            over = found(tree, footprints, place)
            depth = sum(1 for shape in over if prepared[id(shape)].contains(place))
            by_depth[depth] = by_depth.get(depth, 0) + face.area
    most = max(by_depth)
    return {"atLeastM2": [sum(area for k, area in by_depth.items() if k >= least) for least in range(1, most + 1)]}


def shadow(eye, wall, far):
    """What a wall hides from an eye, up to far."""
    ends = []
    for x, y in wall:
        dx, dy = x - eye[0], y - eye[1]
        share = far / math.hypot(dx, dy)
        ends.append((eye[0] + share * dx, eye[1] + share * dy))
    return Polygon([wall[0], wall[1], ends[1], ends[0]])


def look(camera, sector, buildings):
    """The sector without its buildings and their shadows."""
    hidden = []
    for building in buildings:
        hidden.append(building)
        corners = list(building.exterior.coords)
        for wall in zip(corners, corners[1:]):
            shade = shadow(camera[:2], wall, 4 * camera[4])
            if shade.is_valid and shade.area > 0:
                hidden.append(shade)
    return sector.difference(unary_union(hidden)) if hidden else sector


def end_to_end(scene):
    tree = STRtree(scene.buildings)
    visible = [[] for _ in range(LEVELS)]
    for k, camera in enumerate(scene.cameras):
        sector = scene.footprints[0][k]
        farthest = look(camera, sector, found(tree, scene.buildings, sector))
        visible[0].append(farthest)
        for level in range(1, LEVELS):
            visible[level].append(farthest.intersection(scene.footprints[level][k]))
    return overlay(scene, visible)


def serve(run):
    print(json.dumps({"engine": f"shapely {shapely.__version__}, {geos_version()}"}), flush=True)
    for _ in sys.stdin:
        gc.collect()
        start, before = time.perf_counter(), time.process_time()
        try:
            answer = run()
        except Exception as fault:  # whatever it throws is its result
            answer = {"fault": f"{type(fault).__name__}: {fault}"[:200]}
        answer["seconds"] = time.perf_counter() - start
        answer["cpu"] = time.process_time() - before
        answer["peakMB"] = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
        print(json.dumps(answer), flush=True)


def main():
    task, scene = sys.argv[1], Scene(sys.argv[2])
    serve({
        "overlay": lambda: overlay(scene, scene.footprints),
        "depths": lambda: depths(scene),
        "endtoend": lambda: end_to_end(scene),
    }[task])


main()
