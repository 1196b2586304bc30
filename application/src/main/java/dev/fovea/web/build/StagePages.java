package dev.fovea.web.build;

import dev.fovea.datasets.PipelineStages;
import dev.fovea.datasets.PipelineStages.Stage;
import dev.fovea.datasets.PipelineStages.Stages;
import dev.fovea.datasets.PipelineStages.State;
import dev.fovea.datasets.Projects;
import dev.fovea.kernel.Name;
import dev.fovea.web.Shell;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.springframework.stereotype.Controller;
import org.springframework.ui.Model;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.ModelAttribute;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.RequestParam;

/** The stages of the DVC pipelines of a project's repository. */
@Controller
class StagePages {
  private static final int DOUBTS_SHOWN = 20;
  private static final int ENTRIES_SHOWN = 8;

  private final PipelineStages pipelines;
  private final Projects projects;

  StagePages(PipelineStages pipelines, Projects projects) {
    this.pipelines = pipelines;
    this.projects = projects;
  }

  @GetMapping("/{project}/stages")
  String stages(
      @PathVariable("project") Name project,
      @RequestParam(name = "at", defaultValue = PipelineStages.MAIN) String at,
      @RequestParam(name = "from", defaultValue = "0") int from,
      @ModelAttribute(name = "shell", binding = false) Shell shell,
      Model page) {
    page.addAttribute(
        "shell", shell.at(new Shell.Crumb("Datasets", "/%s/datasets".formatted(project))));
    page.addAttribute("at", at);
    var repository = projects.project(project);
    if (at.equals(PipelineStages.MAIN) && repository.head().isEmpty()) {
      page.addAttribute("headline", "No pipeline yet");
      page.addAttribute("repository", repository);
      return "stages";
    }
    show(project, at, from, pipelines.stages(project, at), page);
    return "stages";
  }

  private static void show(Name project, String at, int from, Stages found, Model page) {
    var stages = found.stages();
    int first = first(from, stages.size());
    int end = Math.min(stages.size(), first + StageAddresses.SHOWN);
    var addresses = new StageAddresses(project, at, first);
    page.addAttribute("found", found);
    page.addAttribute("headline", headline(found));
    page.addAttribute("addresses", addresses);
    page.addAttribute("doubts", found.doubts().stream().limit(DOUBTS_SHOWN).toList());
    page.addAttribute("first", first);
    page.addAttribute("end", end);
    page.addAttribute("before", Math.max(0, first - StageAddresses.SHOWN));
    page.addAttribute("most", ENTRIES_SHOWN);
    page.addAttribute("rows", rows(stages, first, end));
    if (!stages.isEmpty()) {
      page.addAttribute("drawing", StageDrawing.of(stages, addresses));
    }
  }

  private static int first(int from, int size) {
    int first = Math.clamp(from, 0, Math.max(0, size - 1));
    return first - first % StageAddresses.SHOWN;
  }

  private static List<StageRow> rows(List<Stage> stages, int first, int end) {
    return IntStream.range(first, end).mapToObj(i -> new StageRow(i, stages.get(i))).toList();
  }

  /** How many there are, and how many of them in each state, what needs somebody first. */
  private static String headline(Stages found) {
    var stages = found.stages();
    if (stages.isEmpty()) {
      return found.doubts().isEmpty() ? "No pipeline" : "No stage that can be read";
    }
    Map<State, Long> counts =
        stages.stream().collect(Collectors.groupingBy(Stage::state, Collectors.counting()));
    var parts =
        Stream.of(
                State.UNKNOWN,
                State.CHANGED,
                State.NEVER_RAN,
                State.NOT_PUSHED,
                State.ALWAYS_RUNS,
                State.UNCHANGED)
            .filter(counts::containsKey)
            .map(state -> "%,d %s".formatted(counts.get(state), StateWords.of(state).word()))
            .collect(Collectors.joining(", "));
    return "%,d %s: %s".formatted(stages.size(), stages.size() == 1 ? "stage" : "stages", parts);
  }
}
