"""The camera of the solids that a reader turns is that of matplotlib's three-dimensional axes."""

import json

import matplotlib.pyplot as plt
import numpy as np
from mpl_toolkits.mplot3d import proj3d

from regsoft.live._live import FOLDER
from regsoft.live._solid import Camera
from tests.regsoft.test_live_maths import run_in_node

# Reads [[turn, tilt, limits, points], …] and writes the places of all points, and then of those halfway to the eye.
PROGRAM = """
import { readFileSync } from "node:fs";
const { camera } = await import(process.argv[1]);
const places = JSON.parse(readFileSync(0, "utf-8")).map(([turn, tilt, limits, points]) => {
  const { at, eye } = camera(turn, tilt, limits, [0, 0], 1);
  return [points, points.map((point) => point.map((part, i) => (part + eye[i]) / 2))].map((all) => all.map(at));
});
console.log(JSON.stringify(places));
"""


def views():
    """Return views as turn, tilt, limits and points: the published one, steep ones, and random ones."""
    rng = np.random.default_rng(20261201)
    angles = [(-45, 30), (0, 0), (90, 85), (-180, -85), (135, -30), *rng.uniform(-85, 85, (15, 2))]
    for turn, tilt in angles:
        low, size = rng.normal(size=3) * 10 ** rng.uniform(-1, 3, 3), 10 ** rng.uniform(-1, 3.5, 3)
        yield turn, tilt, np.stack([low, low + size], axis=1), low + size * rng.uniform(-0.1, 1.1, (20, 3))


def projected(turn, tilt, limits, points):
    """Return the places of points on matplotlib's axes."""
    figure = plt.figure()
    axes = figure.add_subplot(projection="3d", xlim=limits[0], ylim=limits[1], zlim=limits[2])
    axes.view_init(elev=tilt, azim=turn)
    x, y, _ = proj3d.proj_transform(*points.T, axes.get_proj())
    plt.close(figure)
    return np.stack([x, -y], axis=1)  # downwards, as pixels are counted


def test_camera_of_live_picture_and_of_still_project_as_matplotlib_does():
    all_views = list(views())
    asked = json.dumps(
        [[turn, tilt, limits.tolist(), points.tolist()] for turn, tilt, limits, points in all_views]
    )
    places = json.loads(run_in_node(PROGRAM, FOLDER / "solid.js", asked))
    for (turn, tilt, limits, points), found in zip(all_views, places, strict=True):
        expected = projected(turn, tilt, limits, points)
        still = Camera(turn, tilt, limits, (0, 0), 1)
        halfway = (points + still.eye) / 2
        for seen in (*np.array(found), still.at(points), still.at(halfway)):
            np.testing.assert_allclose(seen[:, :2], expected, rtol=0, atol=1e-12)
