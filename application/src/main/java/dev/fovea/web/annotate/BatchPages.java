package dev.fovea.web.annotate;

import dev.fovea.datasets.Annotation;
import dev.fovea.datasets.Annotation.Batch;
import dev.fovea.datasets.Annotation.Item;
import dev.fovea.datasets.Annotation.Selection;
import dev.fovea.datasets.Datasets;
import dev.fovea.kernel.Name;
import dev.fovea.kernel.Problem;
import dev.fovea.registry.Models;
import dev.fovea.roles.Problems;
import dev.fovea.web.Part;
import dev.fovea.web.Shell;
import dev.fovea.web.ShortDigest;
import dev.fovea.web.Stations;
import jakarta.servlet.http.HttpServletResponse;
import java.util.List;
import org.springframework.stereotype.Controller;
import org.springframework.ui.Model;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.ModelAttribute;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestParam;

/** Batches: which there are, a new one, one of them, and its commit. */
@Controller
class BatchPages {
  static final int USUAL_BUDGET = 100;
  private final Annotation annotation;
  private final Datasets datasets;
  private final Models models;
  private final Stations stations;

  BatchPages(Annotation annotation, Datasets datasets, Models models, Stations stations) {
    this.annotation = annotation;
    this.datasets = datasets;
    this.models = models;
    this.stations = stations;
  }

  @GetMapping("/{project}/batches")
  String list(@PathVariable("project") Name project, Model page) {
    page.addAttribute("batches", annotation.batches(project));
    page.addAttribute(
        "datasets", datasets.heads(project).stream().map(head -> head.dataset().text()).toList());
    page.addAttribute(
        "models",
        Part.of(() -> models.heads(project).stream().map(head -> head.model().text()).toList())
            .or(List.of()));
    page.addAttribute("budget", USUAL_BUDGET);
    return "batches";
  }

  @PostMapping("/{project}/batches/select")
  String select(
      @PathVariable("project") Name project,
      @RequestParam("dataset") Name dataset,
      @RequestParam("model") Name model,
      @RequestParam("budget") int budget,
      HttpServletResponse response,
      Model page) {
    try {
      var batch = annotation.select(project, new Selection(dataset, model, budget));
      return "redirect:/%s/batches/%s".formatted(project, batch.digest().abbreviated());
    } catch (Problem problem) {
      page.addAttribute("refusal", problem);
      response.setStatus(Problems.status(problem.kind()).value());
      return list(project, page);
    }
  }

  @GetMapping("/{project}/batches/{batch}")
  String batch(
      @PathVariable("project") Name project,
      @PathVariable("batch") String digits,
      @ModelAttribute(name = "shell", binding = false) Shell shell,
      Model page) {
    return show(project, find(project, digits), shell, page);
  }

  @PostMapping("/{project}/batches/{batch}/commit")
  String commit(
      @PathVariable("project") Name project,
      @PathVariable("batch") String digits,
      @ModelAttribute(name = "shell", binding = false) Shell shell,
      HttpServletResponse response,
      Model page) {
    var batch = find(project, digits);
    try {
      var version = annotation.commit(project, batch.digest());
      return "redirect:/%s/datasets/%s@%s"
          .formatted(project, version.dataset(), version.digest().abbreviated());
    } catch (Problem problem) {
      page.addAttribute("refusal", problem);
      response.setStatus(Problems.status(problem.kind()).value());
      return show(project, batch, shell, page);
    }
  }

  Batch find(Name project, String digits) {
    var wanted = ShortDigest.of("batch", digits);
    return wanted
        .whole()
        .map(whole -> annotation.batch(project, whole))
        .orElseGet(() -> wanted.among("batch", annotation.batches(project), Batch::digest));
  }

  private String show(Name project, Batch batch, Shell shell, Model page) {
    var items = annotation.items(project, batch.digest());
    page.addAttribute("title", "Batch " + batch.digest().abbreviated());
    page.addAttribute("shell", shell.at(new Shell.Crumb("Annotate", "/" + project + "/batches")));
    page.addAttribute("batch", batch);
    page.addAttribute("items", items);
    page.addAttribute("done", items.stream().filter(BatchPages::done).count());
    page.addAttribute("labels", items.stream().filter(item -> item.label().isPresent()).count());
    page.addAttribute("stations", stations.through(project, batch.digest()));
    return "batch";
  }

  /** Whether somebody has said what it shows, or that it shows nothing. */
  static boolean done(Item item) {
    return item.label().isPresent() || !item.usable();
  }
}
