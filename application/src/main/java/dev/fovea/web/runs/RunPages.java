package dev.fovea.web.runs;

import dev.fovea.kernel.LineageNode;
import dev.fovea.kernel.Name;
import dev.fovea.registry.MetricKeys;
import dev.fovea.registry.Run;
import dev.fovea.registry.RunViews;
import dev.fovea.registry.Runs;
import dev.fovea.store.ObjectStore;
import dev.fovea.web.Part;
import dev.fovea.web.Shell;
import dev.fovea.web.Stations;
import jakarta.servlet.http.HttpServletRequest;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.springframework.stereotype.Controller;
import org.springframework.ui.Model;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.ModelAttribute;
import org.springframework.web.bind.annotation.PathVariable;

/** Training runs: the list, and one with its charts, however much it logged. */
@Controller
class RunPages {
  private static final int SHOWN = 200;
  private static final int METRICS_IN_LIST = 3;
  private static final int VALUES = 200;
  private static final int POINTS = 240;

  /** As many as fit on a screen or two. */
  private static final int CHARTS = 12;

  /** Of the root of a run with more files than one tree has. */
  private static final int ROOT_ENTRIES = 30;

  private static final int PICTURES = 24;

  /** Of files that may be tables of an evaluation; each is read. */
  private static final int TABLES = 6;

  private static final Pattern TABLE =
      Pattern.compile("(?i).*(confusion|precision|recall|pr[_-]curve).*\\.json");

  private final Runs runs;
  private final RunViews views;
  private final Stations stations;
  private final ObjectStore objects;

  RunPages(Runs runs, RunViews views, Stations stations, ObjectStore objects) {
    this.runs = runs;
    this.views = views;
    this.stations = stations;
    this.objects = objects;
  }

  /**
   * What is drawn on a page.
   *
   * @param keys which keys there are
   * @param groups the charts under their prefix
   * @param single metrics of which no run has two points, so that there is no line
   * @param next the last key of this page; empty where it is the last page
   */
  record Charts(
      MetricKeys keys,
      LinkedHashMap<String, List<CurveChart>> groups,
      List<MetricKeys.Latest> single,
      List<RunLook> looks,
      Optional<String> next) {
    public boolean hasOthers() {
      return looks.size() > 1;
    }
  }

  @GetMapping("/{project}/runs")
  String list(@PathVariable("project") Name project, Model page) {
    page.addAttribute("runs", views.newest(project, SHOWN, METRICS_IN_LIST));
    return "runs";
  }

  @GetMapping("/{project}/runs/{id}")
  String run(
      @PathVariable("project") Name project,
      @PathVariable("id") String id,
      @ModelAttribute(name = "shell", binding = false) Shell shell,
      HttpServletRequest request,
      Model page)
      throws IOException {
    var view = ChartView.of(request);
    var excerpt = views.of(project, List.of(id), "", VALUES).getFirst();
    var run = excerpt.run();
    charts(project, run, view, page);
    page.addAttribute("title", RunLook.of(run, 0).name());
    page.addAttribute("shell", shell.at(new Shell.Crumb("Runs", "/" + project + "/runs")));
    page.addAttribute("excerpt", excerpt);
    page.addAttribute("alerts", Part.of(() -> runs.alerts(project, run.id())).or(List.of()));
    page.addAttribute("commit", SourceCommit.of(run));
    page.addAttribute(
        "stations",
        stations.through(
            project, LineageNode.named(LineageNode.Kind.RUN, run.id(), run.name()).digest()));
    files(project, run, page);
    return "run";
  }

  /** The charts alone, for a page that is open while the run goes on. */
  @GetMapping("/{project}/runs/{id}/charts")
  String charts(
      @PathVariable("project") Name project,
      @PathVariable("id") String id,
      HttpServletRequest request,
      Model page) {
    var run = views.of(project, List.of(id), "", 1).getFirst().run();
    charts(project, run, ChartView.of(request), page);
    return "run :: charts";
  }

  private void charts(Name project, Run run, ChartView view, Model page) {
    var looks = looks(project, run, view);
    var keys =
        view.only().isEmpty()
            ? views.keys(project, run.id(), view.prefix(), view.text(), view.after(), CHARTS)
            : only(views.keys(project, run.id(), view.only(), "", "", CHARTS), view.only());
    var groups = new LinkedHashMap<String, List<CurveChart>>();
    var single = new ArrayList<MetricKeys.Latest>();
    for (var key : keys.keys()) {
      var chart = chart(project, key.key(), looks, view);
      chart.ifPresentOrElse(
          drawn -> groups.computeIfAbsent(group(key.key()), _ -> new ArrayList<>()).add(drawn),
          () -> single.add(key));
    }
    boolean isFull = view.only().isEmpty() && keys.keys().size() == CHARTS;
    page.addAttribute("run", run);
    page.addAttribute("view", view);
    page.addAttribute("here", "/%s/runs/%s".formatted(project, run.id().substring(0, 8)));
    page.addAttribute("moving", run.status().equals("RUNNING"));
    page.addAttribute(
        "charts",
        new Charts(
            keys,
            groups,
            single,
            looks,
            isFull ? Optional.of(keys.keys().getLast().key()) : Optional.empty()));
  }

  private List<RunLook> looks(Name project, Run run, ChartView view) {
    var others =
        view.others().isEmpty()
            ? Stream.<Run>of()
            : views.of(project, view.others(), "", 1).stream()
                .map(excerpt -> excerpt.run())
                .filter(other -> !other.id().equals(run.id()));
    var all = Stream.concat(Stream.of(run), others).toList();
    return IntStream.range(0, all.size()).mapToObj(i -> RunLook.of(all.get(i), i)).toList();
  }

  private Optional<CurveChart> chart(
      Name project, String key, List<RunLook> looks, ChartView view) {
    var curves =
        views.curves(
            project,
            key,
            looks.stream().map(look -> look.run().id()).toList(),
            view.first().orElse(Long.MIN_VALUE),
            view.last().orElse(Long.MAX_VALUE),
            POINTS,
            view.smoothing());
    return CurveChart.of(
        key,
        IntStream.range(0, looks.size())
            .mapToObj(i -> new CurveChart.Series(looks.get(i), curves.get(i)))
            .toList(),
        view);
  }

  private static MetricKeys only(MetricKeys found, String key) {
    return new MetricKeys(
        found.total(),
        found.groups(),
        found.matching(),
        found.keys().stream().filter(each -> each.key().equals(key)).toList());
  }

  private static String group(String key) {
    int slash = key.indexOf('/');
    return slash < 0 ? "" : key.substring(0, slash + 1);
  }

  private void files(Name project, Run run, Model page) throws IOException {
    var files = views.files(project, run.id(), "");
    var confusions = new ArrayList<ConfusionTable>();
    var curves = new ArrayList<PrecisionRecall>();
    for (var file :
        files.files().stream()
            .filter(file -> TABLE.matcher(file.path()).matches())
            .limit(TABLES)
            .toList()) {
      LoggedTable.of(file, objects)
          .ifPresent(table -> {
            ConfusionTable.of(file.path(), table).ifPresent(confusions::add);
            PrecisionRecall.of(file.path(), table).ifPresent(curves::add);
          });
    }
    page.addAttribute("confusions", confusions);
    page.addAttribute("precisionRecalls", curves);
    var pictures = files.files().stream().map(LoggedImage::of).flatMap(Optional::stream).toList();
    page.addAttribute("files", files);
    boolean isWhole = files.all() <= files.files().size();
    page.addAttribute("tree", FileTree.of(isWhole ? files.files() : List.of()));
    page.addAttribute(
        "folder",
        isWhole
            ? Optional.empty()
            : Optional.of(
                new FolderView("", "", views.folder(project, run.id(), "", "", ROOT_ENTRIES))));
    page.addAttribute(
        "shown",
        pictures.stream().map(picture -> picture.file().path()).collect(Collectors.toSet()));
    page.addAttribute(
        "evaluations", pictures.stream().filter(LoggedImage::isOfEvaluation).toList());
    page.addAttribute(
        "pictures",
        pictures.stream().filter(picture -> !picture.isOfEvaluation()).limit(PICTURES).toList());
    page.addAttribute(
        "morePictures",
        pictures.stream().filter(picture -> !picture.isOfEvaluation()).skip(PICTURES).count());
  }
}
