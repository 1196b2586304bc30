package dev.fovea.web.annotate;

import dev.fovea.datasets.Annotation;
import dev.fovea.datasets.Annotation.Answer;
import dev.fovea.datasets.Annotation.Batch;
import dev.fovea.datasets.Annotation.Item;
import dev.fovea.kernel.Name;
import dev.fovea.kernel.NoSuchThing;
import dev.fovea.kernel.Problem;
import dev.fovea.roles.Callers;
import dev.fovea.roles.Problems;
import dev.fovea.web.Shell;
import jakarta.servlet.http.HttpServletResponse;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import org.springframework.stereotype.Controller;
import org.springframework.ui.Model;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.ModelAttribute;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestParam;

/**
 * The bench: one frame, large, and a key for every class. Each answer leases the next frame, so two
 * people never get the same.
 */
@Controller
class Bench {
  private final BatchPages batches;
  private final Annotation annotation;

  Bench(BatchPages batches, Annotation annotation) {
    this.batches = batches;
    this.annotation = annotation;
  }

  /**
   * A class and the key that chooses it.
   *
   * @param key one digit; empty where the digits are used up
   */
  record Choice(String name, String key) {
    static List<Choice> of(List<String> classes) {
      var digits = classes.stream().allMatch(name -> name.matches("\\d"));
      return IntStream.range(0, classes.size())
          .mapToObj(i ->
              new Choice(
                  classes.get(i),
                  digits ? classes.get(i) : i < 10 ? String.valueOf((i + 1) % 10) : ""))
          .toList();
    }
  }

  /** Leases the next frame to whoever asks. */
  @PostMapping("/{project}/batches/{batch}/next")
  String next(@PathVariable("project") Name project, @PathVariable("batch") String digits) {
    return onward(project, batches.find(project, digits));
  }

  @GetMapping("/{project}/batches/{batch}/frames/{number}")
  String frame(
      @PathVariable("project") Name project,
      @PathVariable("batch") String digits,
      @PathVariable("number") int number,
      @ModelAttribute(name = "shell", binding = false) Shell shell,
      Model page) {
    return show(project, batches.find(project, digits), number, shell, page);
  }

  /** An answer: a class, or none where the frame shows nothing that one could name. */
  @PostMapping("/{project}/batches/{batch}/frames/{number}/label")
  String label(
      @PathVariable("project") Name project,
      @PathVariable("batch") String digits,
      @PathVariable("number") int number,
      @RequestParam("label") Optional<String> label,
      @RequestParam(name = "unusable", defaultValue = "false") boolean unusable,
      @ModelAttribute(name = "shell", binding = false) Shell shell,
      HttpServletResponse response,
      Model page) {
    var batch = batches.find(project, digits);
    try {
      annotation.label(
          project,
          batch.digest(),
          number,
          new Answer(unusable ? Optional.empty() : label.filter(text -> !text.isEmpty())));
    } catch (Problem problem) {
      page.addAttribute("refusal", problem);
      response.setStatus(Problems.status(problem.kind()).value());
      return show(project, batch, number, shell, page);
    }
    return onward(project, batch);
  }

  private String onward(Name project, Batch batch) {
    var address = "redirect:/%s/batches/%s".formatted(project, batch.digest().abbreviated());
    return annotation
        .lease(project, batch.digest())
        .map(item -> address + "/frames/" + item.number())
        .orElse(address);
  }

  private String show(Name project, Batch batch, int number, Shell shell, Model page) {
    var items = annotation.items(project, batch.digest());
    var item =
        items.stream()
            .filter(each -> each.number() == number)
            .findFirst()
            .orElseThrow(() ->
                new NoSuchThing(
                    "frame", String.valueOf(number), "this batch has frames 1 to " + items.size()));
    var batchPage = "/%s/batches/%s".formatted(project, batch.digest().abbreviated());
    page.addAttribute("title", "Frame %d of %d".formatted(number, items.size()));
    page.addAttribute(
        "shell",
        shell.at(
            new Shell.Crumb("Annotate", "/" + project + "/batches"),
            new Shell.Crumb("Batch " + batch.digest().abbreviated(), batchPage)));
    page.addAttribute("flush", true);
    page.addAttribute("batch", batch);
    page.addAttribute("items", items);
    page.addAttribute("item", item);
    page.addAttribute("answered", BatchPages.done(item));
    page.addAttribute("choices", Choice.of(batch.classes()));
    page.addAttribute("lease", lease(item));
    page.addAttribute("done", items.stream().filter(BatchPages::done).count());
    page.addAttribute("labels", items.stream().filter(each -> each.label().isPresent()).count());
    page.addAttribute("ahead", ahead(items, number));
    return "bench";
  }

  private static String lease(Item item) {
    var you = Callers.current().subject();
    if (BatchPages.done(item)) {
      var who = item.holder().map(holder -> holder.equals(you) ? "you" : holder).orElse("somebody");
      return item.usable()
          ? "Labelled %s by %s.".formatted(item.label().orElse(""), who)
          : "Called unusable by %s.".formatted(who);
    }
    return item.holder()
        .map(holder ->
            holder.equals(you)
                ? "Yours while you work on it; the lease ends by itself after some minutes."
                : "Held by %s; the lease ends by itself after some minutes.".formatted(holder))
        .orElse("Nobody holds this frame. Your answer takes it.");
  }

  /** The frame that comes after this one, whose picture the browser fetches early. */
  private static Optional<Item> ahead(List<Item> items, int number) {
    return items.stream()
        .filter(item -> item.number() > number && !BatchPages.done(item))
        .findFirst();
  }
}
