package dev.fovea.web.trace;

import dev.fovea.kernel.Digest;
import dev.fovea.kernel.LineageLinked;
import dev.fovea.kernel.LineageNode;
import dev.fovea.kernel.LineageNode.Kind;
import dev.fovea.kernel.Name;
import dev.fovea.registry.Lineage.Graph;
import dev.fovea.web.Stations;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * The graph as the server draws it: one column a station of the loop, what stands nearest first,
 * what leads to the start drawn strong.
 *
 * @param width of the drawing, in its own units
 * @param height of the drawing, in its own units
 * @param hidden how many nodes are in the list alone, since their column is full
 */
record LineageDrawing(
    int width, int height, List<Head> heads, List<Box> boxes, List<Arrow> arrows, int hidden) {
  private static final List<String> COLUMNS =
      List.of("Source", "Data", "Training", "Model", "Variant", "Evidence", "Traffic", "World");
  private static final int ROWS = 6;
  private static final int STEP_X = 168;
  private static final int STEP_Y = 78;
  private static final int BOX_WIDTH = 140;
  private static final int BOX_HEIGHT = 62;
  private static final int TOP = 34;
  private static final int LEFT = 8;
  private static final int CHARS = 19;

  /** A column's word. */
  record Head(int x, String text) {}

  /** A node. */
  record Box(
      int x,
      int y,
      String kind,
      String digits,
      String label,
      String whole,
      String href,
      String style) {}

  /** An arrow; strong where it leads to the start, back where it closes the loop. */
  record Arrow(String path, boolean strong, boolean back, String verb) {}

  static LineageDrawing of(Name project, Graph graph) {
    var columns = columns(graph);
    int rows = columns.stream().mapToInt(List::size).max().orElse(1);
    var ancestry = ancestry(graph);
    Map<Digest, int[]> places = new HashMap<>();
    var boxes = new ArrayList<Box>();
    int lane = TOP + rows * STEP_Y + 2;
    int shown = 0;
    for (int c = 0; c < columns.size(); c++) {
      var nodes = columns.get(c);
      for (int r = 0; r < nodes.size(); r++) {
        var node = nodes.get(r);
        int x = LEFT + c * STEP_X;
        int y = TOP + (rows - nodes.size()) * STEP_Y / 2 + r * STEP_Y;
        places.put(node.digest(), new int[] {x, y});
        boxes.add(
            box(
                project,
                node,
                x,
                y,
                node.digest().equals(graph.start().digest())
                    ? "cur"
                    : ancestry.contains(node.digest()) ? "on" : ""));
        shown++;
      }
    }
    var arrows =
        graph.links().stream()
            .filter(link ->
                places.containsKey(link.from().digest()) && places.containsKey(link.to().digest()))
            .map(link -> arrow(link, places, ancestry, lane))
            .toList();
    var heads = new ArrayList<Head>();
    for (int c = 0; c < COLUMNS.size(); c++) {
      heads.add(new Head(LEFT + c * STEP_X, COLUMNS.get(c)));
    }
    return new LineageDrawing(
        LEFT + COLUMNS.size() * STEP_X - (STEP_X - BOX_WIDTH) + LEFT,
        lane + 10,
        heads,
        boxes,
        arrows,
        all(graph).size() - shown);
  }

  private static List<LineageNode> all(Graph graph) {
    var all = new ArrayList<LineageNode>();
    var seen = new HashSet<Digest>();
    seen.add(graph.start().digest());
    all.add(graph.start());
    for (var node : graph.nodes()) {
      if (seen.add(node.digest())) {
        all.add(node);
      }
    }
    return all;
  }

  private static List<List<LineageNode>> columns(Graph graph) {
    var columns = new ArrayList<List<LineageNode>>();
    COLUMNS.forEach(_ -> columns.add(new ArrayList<>()));
    for (var node : all(graph)) {
      var column = columns.get(column(node.kind()));
      if (column.size() < ROWS) {
        column.add(node);
      }
    }
    return columns;
  }

  private static int column(Kind kind) {
    return switch (kind) {
      case COMMIT -> 0;
      case DATASET_VERSION, BATCH, DATA, STAGE -> 1;
      case RUN, DEVICE -> 2;
      case MODEL_VERSION -> 3;
      case VARIANT -> 4;
      case EVALUATION, PROFILE -> 5;
      case RELEASE, IMAGE, ROLLOUT -> 6;
      case FRAME -> 7;
    };
  }

  private static Set<Digest> ancestry(Graph graph) {
    var found = new HashSet<Digest>(Set.of(graph.start().digest()));
    for (boolean grew = true; grew; ) {
      grew = false;
      for (var link : graph.links()) {
        grew |= found.contains(link.to().digest()) && found.add(link.from().digest());
      }
    }
    return found;
  }

  private static Box box(Name project, LineageNode node, int x, int y, String style) {
    var label = node.label();
    var text =
        label.codePointCount(0, label.length()) <= CHARS
            ? label
            : label.substring(0, label.offsetByCodePoints(0, CHARS - 1)) + "…";
    return new Box(
        x,
        y,
        Stations.word(node.kind()),
        node.digest().abbreviated(),
        text,
        label,
        "/%s/lineage/%s".formatted(project, node.digest()),
        style);
  }

  private static Arrow arrow(
      LineageLinked link, Map<Digest, int[]> places, Set<Digest> ancestry, int lane) {
    var from = places.getOrDefault(link.from().digest(), new int[2]);
    var to = places.getOrDefault(link.to().digest(), new int[2]);
    var strong = ancestry.contains(link.to().digest()) && ancestry.contains(link.from().digest());
    return new Arrow(path(from, to, lane), strong, to[0] < from[0], link.verb());
  }

  /**
   * To the right a curve, within a column an arc at its side, back to an earlier column a lane
   * below all boxes.
   */
  private static String path(int[] from, int[] to, int lane) {
    int startX = from[0] + BOX_WIDTH;
    int startY = from[1] + BOX_HEIGHT / 2;
    int endX = to[0] - 6;
    int endY = to[1] + BOX_HEIGHT / 2;
    if (to[0] > from[0]) {
      int bend = (STEP_X - BOX_WIDTH) / 2;
      return "M%d %dC%d %d %d %d %d %d"
          .formatted(startX, startY, startX + bend, startY, endX - bend, endY, endX, endY);
    }
    if (to[0] == from[0]) {
      int side = startX + 14;
      return "M%d %dC%d %d %d %d %d %d"
          .formatted(startX, startY, side, startY, side, endY, startX + 5, endY);
    }
    int middle = BOX_WIDTH / 2;
    return "M%d %dV%dH%dV%d"
        .formatted(
            from[0] + middle, from[1] + BOX_HEIGHT, lane, to[0] + middle, to[1] + BOX_HEIGHT + 6);
  }
}
