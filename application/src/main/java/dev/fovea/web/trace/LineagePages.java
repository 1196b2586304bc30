package dev.fovea.web.trace;

import dev.fovea.datasets.Projects;
import dev.fovea.kernel.Digest;
import dev.fovea.kernel.LineageLinked;
import dev.fovea.kernel.LineageNode;
import dev.fovea.kernel.LineageNode.Kind;
import dev.fovea.kernel.Name;
import dev.fovea.kernel.NoSuchThing;
import dev.fovea.kernel.Problem;
import dev.fovea.registry.Lineage;
import dev.fovea.registry.Lineage.Graph;
import dev.fovea.web.Part;
import dev.fovea.web.Shell;
import dev.fovea.web.ShortDigest;
import dev.fovea.web.Stations;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.springframework.stereotype.Controller;
import org.springframework.ui.Model;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.ModelAttribute;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.RequestParam;

/** Where things came from and where they went. */
@Controller
class LineagePages {
  private static final int HOPS = 12;
  private static final int MIN_CHARS = 2;
  private static final int FRAMES_LISTED = 5;
  private static final Pattern COMMIT = Pattern.compile("commit ([0-9a-f]{8})");
  private final Lineage lineage;
  private final Projects projects;

  LineagePages(Lineage lineage, Projects projects) {
    this.lineage = lineage;
    this.projects = projects;
  }

  /**
   * A node as the list below the drawing says it.
   *
   * @param entry how it is tied to the others: one sentence an arrow
   */
  record Row(LineageNode node, String kind, String href, List<String> entry) {
    boolean frame() {
      return node.kind() == Kind.FRAME;
    }
  }

  @GetMapping("/{project}/lineage")
  String find(
      @PathVariable("project") Name project,
      @RequestParam(name = "text", defaultValue = "") String text,
      Model page) {
    var wanted = text.strip();
    page.addAttribute("text", wanted);
    if (wanted.length() >= MIN_CHARS) {
      var found = lineage.find(project, wanted);
      if (found.size() == 1) {
        return "redirect:/%s/lineage/%s".formatted(project, found.getFirst().digest());
      }
      page.addAttribute(
          "found",
          found.stream()
              .map(node ->
                  new Row(
                      node, Stations.word(node.kind()), Stations.href(project, node), List.of()))
              .toList());
    }
    return "find";
  }

  @GetMapping("/{project}/lineage/{digest}")
  String around(
      @PathVariable("project") Name project,
      @PathVariable("digest") String digits,
      @ModelAttribute(name = "shell", binding = false) Shell shell,
      Model page) {
    var graph = lineage.around(project, resolve(project, digits), HOPS);
    var start = graph.start();
    page.addAttribute("title", start.label());
    page.addAttribute("shell", shell.at(new Shell.Crumb("Lineage", "/" + project + "/lineage")));
    page.addAttribute("start", start);
    page.addAttribute("kind", Stations.word(start.kind()));
    page.addAttribute(
        "own",
        Stations.href(project, start).contains("/lineage/") ? "" : Stations.href(project, start));
    page.addAttribute("pipeline", pipeline(graph));
    page.addAttribute("drawing", LineageDrawing.of(project, graph));
    var rows = rows(project, graph);
    var frames = rows.stream().filter(Row::frame).skip(FRAMES_LISTED).toList();
    page.addAttribute("rows", rows.stream().filter(row -> !frames.contains(row)).toList());
    page.addAttribute("moreFrames", frames.size());
    page.addAttribute("why", Part.of(() -> lineage.why(project, start.digest())));
    return "lineage";
  }

  /** Digits of the commit whose pipeline has to do with the start; empty where none has. */
  private static String pipeline(Graph graph) {
    var start = graph.start().digest();
    return graph.links().stream()
        .filter(link -> link.from().kind() == Kind.COMMIT)
        .filter(link -> link.to().kind() == Kind.STAGE || link.to().kind() == Kind.DATASET_VERSION)
        .filter(link -> link.from().digest().equals(start) || link.to().digest().equals(start))
        .map(link -> COMMIT.matcher(link.from().label()))
        .filter(Matcher::matches)
        .map(label -> label.group(1))
        .findFirst()
        .orElse("");
  }

  /** Any digest: to its place in the lineage of the first project that knows it. */
  @GetMapping("/o/{digest}")
  String object(@PathVariable("digest") String digits) {
    var wanted = ShortDigest.of("thing", digits);
    for (var project : projects.projects()) {
      if (known(project.name(), wanted)) {
        return "redirect:/%s/lineage/%s".formatted(project.name(), wanted.digits());
      }
    }
    throw new NoSuchThing(
        "thing", wanted.digits(), "check the digest; no project that you may see knows it");
  }

  private boolean known(Name project, ShortDigest wanted) {
    try {
      return !lineage.find(project, wanted.digits()).isEmpty();
    } catch (Problem unknown) {
      return false;
    }
  }

  private Digest resolve(Name project, String digits) {
    var wanted = ShortDigest.of("thing", digits);
    return wanted
        .whole()
        .orElseGet(() ->
            wanted
                .among("thing", lineage.find(project, wanted.digits()), LineageNode::digest)
                .digest());
  }

  private static List<Row> rows(Name project, Graph graph) {
    var rows = new ArrayList<Row>();
    rows.add(row(project, graph, graph.start()));
    graph.nodes().stream()
        .filter(node -> !node.digest().equals(graph.start().digest()))
        .forEach(node -> rows.add(row(project, graph, node)));
    return rows;
  }

  private static Row row(Name project, Graph graph, LineageNode node) {
    var entry =
        graph.links().stream()
            .filter(link -> link.to().digest().equals(node.digest()))
            .map(LineagePages::sentence)
            .toList();
    return new Row(node, Stations.word(node.kind()), Stations.href(project, node), entry);
  }

  private static String sentence(LineageLinked link) {
    var kind = Stations.word(link.from().kind()).toLowerCase(Locale.ROOT);
    var label = link.from().label();
    // Many labels say their kind already: run reader-v2, evaluation of digit-reader 4.
    var what = label.startsWith(kind.replaceFirst("s$", "")) ? label : kind + " " + label;
    return link.verb() + " " + what;
  }
}
