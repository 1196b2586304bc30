package dev.fovea.web.build;

import dev.fovea.kernel.LineageNode;
import dev.fovea.kernel.Name;
import dev.fovea.registry.Run;
import dev.fovea.registry.Runs;
import dev.fovea.web.Part;
import dev.fovea.web.Shell;
import dev.fovea.web.Stations;
import dev.fovea.web.Webjars;
import java.util.List;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.springframework.stereotype.Controller;
import org.springframework.ui.Model;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.ModelAttribute;
import org.springframework.web.bind.annotation.PathVariable;

/** Training runs. */
@Controller
class RunPages {
  private static final int SHOWN = 200;

  /** More than a page of charts answers no question. */
  private static final int MAX_CHARTS = 24;

  private static final String UPLOT = Webjars.version("org.webjars.npm", "uplot");
  private final Runs runs;
  private final Stations stations;

  RunPages(Runs runs, Stations stations) {
    this.runs = runs;
    this.stations = stations;
  }

  /**
   * A metric's history.
   *
   * @param data two arrays, steps and values, as JSON; what is no number is null
   */
  record Chart(String name, List<Run.MetricPoint> points, String data) {
    static Chart of(String name, List<Run.MetricPoint> points) {
      var steps =
          points.stream()
              .map(point -> String.valueOf(point.step()))
              .collect(Collectors.joining(","));
      var values =
          points.stream().map(point -> number(point.value())).collect(Collectors.joining(","));
      return new Chart(name, points, "[[%s],[%s]]".formatted(steps, values));
    }

    private static String number(double value) {
      return Double.isFinite(value) ? String.valueOf(value) : "null";
    }
  }

  @GetMapping("/{project}/runs")
  String list(@PathVariable("project") Name project, Model page) {
    page.addAttribute("runs", runs.newest(project, SHOWN));
    return "runs";
  }

  @GetMapping("/{project}/runs/{id}")
  String run(
      @PathVariable("project") Name project,
      @PathVariable("id") String id,
      @ModelAttribute(name = "shell", binding = false) Shell shell,
      Model page) {
    var run = runs.run(project, id);
    page.addAttribute(
        "title", run.name().isEmpty() ? "Run " + run.id().substring(0, 8) : run.name());
    page.addAttribute("shell", shell.at(new Shell.Crumb("Runs", "/" + project + "/runs")));
    page.addAttribute("run", run);
    page.addAttribute("alerts", Part.of(() -> runs.alerts(project, run.id())).or(List.of()));
    page.addAttribute("metrics", new TreeMap<>(run.metrics()));
    page.addAttribute("params", new TreeMap<>(run.params()));
    page.addAttribute("tags", new TreeMap<>(run.tags()));
    page.addAttribute(
        "charts",
        new TreeMap<>(run.metrics())
            .keySet().stream()
                .limit(MAX_CHARTS)
                .map(key -> Chart.of(key, runs.history(project, run.id(), key)))
                .filter(chart -> chart.points().size() > 1)
                .toList());
    page.addAttribute("uplot", UPLOT);
    page.addAttribute(
        "stations",
        stations.through(
            project, LineageNode.named(LineageNode.Kind.RUN, run.id(), run.name()).digest()));
    return "run";
  }
}
