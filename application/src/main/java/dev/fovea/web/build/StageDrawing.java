package dev.fovea.web.build;

import dev.fovea.datasets.PipelineStages.Stage;
import dev.fovea.web.build.StageGraph.Layered;
import dev.fovea.web.build.StageGraph.Link;
import dev.fovea.web.build.StageGraph.Node;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * The stages and the files between them as the server draws them, from left to right: a column a
 * layer. A full column, and what is beyond the last column, is in the table alone.
 *
 * @param width of the drawing, in its own units
 * @param height of the drawing, in its own units
 * @param hidden how many stages are not drawn
 * @param hiddenData how many files and folders are not drawn
 */
record StageDrawing(
    int width, int height, List<Box> boxes, List<Arrow> arrows, int hidden, int hiddenData) {
  private static final int COLUMNS = 25;
  private static final int ROWS = 12;
  private static final int STEP_X = 198;
  private static final int STEP_Y = 64;
  private static final int BOX_WIDTH = 156;
  private static final int STAGE_HEIGHT = 50;
  private static final int DATA_HEIGHT = 34;
  private static final int EDGE = 8;
  private static final int LEFT = 24;

  /** Above the boxes, for arrows past a column: one a source, the last for all others. */
  private static final int LANES = 6;

  private static final int LANE = 7;
  private static final int CHARS = 18;

  /**
   * A stage or data.
   *
   * @param style {@code data}, or a stage's state
   * @param label short enough for the box
   * @param below what is under the label; empty for data
   */
  record Box(
      int x,
      int y,
      int width,
      int height,
      String style,
      String label,
      String below,
      String whole,
      String href) {}

  /** An arrow; back where it closes a loop. */
  record Arrow(String path, boolean back) {}

  private record Place(int x, int y, int height) {
    int middle() {
      return y + height / 2;
    }
  }

  static StageDrawing of(List<Stage> stages, StageAddresses addresses) {
    var graph = StageGraph.of(stages);
    var columns = columns(graph);
    int rows = columns.stream().mapToInt(List::size).max().orElse(1);
    var lanes = lanes(columns, graph.links());
    int top = EDGE + Math.min(LANES, lanes.size()) * LANE;
    var places = places(columns, rows, top);
    int bottom = top + rows * STEP_Y + 4;
    var boxes = new ArrayList<Box>();
    places.forEach((node, place) -> boxes.add(box(node, place, stages, addresses)));
    boxes.sort(Comparator.comparingInt(Box::x).thenComparingInt(Box::y));
    var arrows =
        graph.links().stream()
            .filter(link -> places.containsKey(link.from()) && places.containsKey(link.to()))
            .map(link -> arrow(link, places, lanes, bottom))
            .toList();
    int drawn = (int) places.keySet().stream().filter(node -> node.stage().isPresent()).count();
    int all = graph.layers().stream().mapToInt(List::size).sum();
    return new StageDrawing(
        LEFT + columns.size() * STEP_X - (STEP_X - BOX_WIDTH) + LEFT,
        bottom + (arrows.stream().anyMatch(Arrow::back) ? 12 : 0),
        boxes,
        arrows,
        stages.size() - drawn,
        all - stages.size() - (places.size() - drawn));
  }

  /** What is drawn of each layer: before the rest, what is between two stages. */
  private static List<List<Node>> columns(Layered graph) {
    Set<Node> read = new HashSet<>();
    graph.links().forEach(link -> read.add(link.from()));
    var columns = new ArrayList<List<Node>>();
    var before = new HashMap<Node, List<Node>>();
    graph
        .links()
        .forEach(
            link -> before.computeIfAbsent(link.to(), _ -> new ArrayList<>()).add(link.from()));
    var rows = new HashMap<Node, Double>();
    for (var layer : graph.layers().stream().limit(COLUMNS).toList()) {
      var column =
          layer.stream()
              .sorted(Comparator.comparing(node -> !read.contains(node)))
              .limit(ROWS)
              .sorted(
                  Comparator.comparingDouble(
                      node -> middle(before.getOrDefault(node, List.of()), rows)))
              .toList();
      for (int i = 0; i < column.size(); i++) {
        rows.put(column.get(i), i + (ROWS - column.size()) / 2.0);
      }
      columns.add(column);
    }
    return columns;
  }

  /** Beside what leads to it, so that few arrows cross; in the middle where nothing does. */
  private static double middle(List<Node> before, Map<Node, Double> rows) {
    return before.stream()
        .filter(rows::containsKey)
        .mapToDouble(node -> rows.getOrDefault(node, 0.0))
        .average()
        .orElse(ROWS / 2.0);
  }

  /** The lane of each node that leads past a column. */
  private static Map<Node, Integer> lanes(List<List<Node>> columns, List<Link> links) {
    var column = new HashMap<Node, Integer>();
    for (int c = 0; c < columns.size(); c++) {
      for (var node : columns.get(c)) {
        column.put(node, c);
      }
    }
    var lanes = new HashMap<Node, Integer>();
    for (var link : links) {
      int from = column.getOrDefault(link.from(), Integer.MAX_VALUE - 1);
      if (column.getOrDefault(link.to(), 0) > from + 1) {
        lanes.putIfAbsent(link.from(), Math.min(lanes.size(), LANES - 1));
      }
    }
    return lanes;
  }

  private static Map<Node, Place> places(List<List<Node>> columns, int rows, int top) {
    var places = new HashMap<Node, Place>();
    for (int c = 0; c < columns.size(); c++) {
      var column = columns.get(c);
      for (int r = 0; r < column.size(); r++) {
        int height = column.get(r).stage().isPresent() ? STAGE_HEIGHT : DATA_HEIGHT;
        int y = top + (rows - column.size()) * STEP_Y / 2 + r * STEP_Y + (STEP_Y - height) / 2;
        places.put(column.get(r), new Place(LEFT + c * STEP_X, y, height));
      }
    }
    return places;
  }

  private static Box box(Node node, Place place, List<Stage> stages, StageAddresses addresses) {
    var stage = node.stage().map(stages::get);
    var state = stage.map(Stage::state);
    return new Box(
        place.x(),
        place.y(),
        BOX_WIDTH,
        place.height(),
        state.map(known -> StateWords.of(known).style()).orElse("data"),
        stage.isPresent() ? head(node.text()) : tail(node.text()),
        state.map(known -> StateWords.of(known).word()).orElse(""),
        stage.isPresent() ? "stage " + node.text() : node.text(),
        node.stage().map(addresses::row).orElseGet(() -> addresses.data(node.text())));
  }

  private static String head(String name) {
    return name.codePointCount(0, name.length()) <= CHARS
        ? name
        : name.substring(0, name.offsetByCodePoints(0, CHARS - 1)) + "…";
  }

  /** The end of a path tells more than its beginning. */
  private static String tail(String path) {
    int length = path.codePointCount(0, path.length());
    return length <= CHARS
        ? path
        : "…" + path.substring(path.offsetByCodePoints(0, length - CHARS + 1));
  }

  private static Arrow arrow(
      Link link, Map<Node, Place> places, Map<Node, Integer> lanes, int bottom) {
    var from = places.getOrDefault(link.from(), new Place(0, 0, 0));
    var to = places.getOrDefault(link.to(), new Place(0, 0, 0));
    int lane = lanes.getOrDefault(link.from(), 0);
    if (to.x() <= from.x()) {
      return new Arrow(around(from, to, bottom, lane), true);
    }
    return new Arrow(
        to.x() - from.x() > STEP_X
            ? around(from, to, EDGE / 2 + lane * LANE, lane)
            : curve(from, to),
        false);
  }

  private static String curve(Place from, Place to) {
    int start = from.x() + BOX_WIDTH;
    int end = to.x() - 6;
    int bend = (STEP_X - BOX_WIDTH) / 2;
    return "M%d %dC%d %d %d %d %d %d"
        .formatted(
            start,
            from.middle(),
            start + bend,
            from.middle(),
            end - bend,
            to.middle(),
            end,
            to.middle());
  }

  /** Between two columns to a lane above or below all boxes, and between two columns from there. */
  private static String around(Place from, Place to, int y, int lane) {
    int start = from.x() + BOX_WIDTH;
    return "M%d %dH%dV%dH%dV%dH%d"
        .formatted(
            start,
            from.middle(),
            start + 8 + lane % 3 * 4,
            y,
            to.x() - 20 + lane % 3 * 3,
            to.middle(),
            to.x() - 6);
  }
}
