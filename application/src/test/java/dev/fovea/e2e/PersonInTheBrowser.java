package dev.fovea.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import com.microsoft.playwright.Page;
import com.microsoft.playwright.options.LoadState;
import dev.fovea.datasets.Annotation;
import dev.fovea.demo.digits.DigitsData;
import dev.fovea.kernel.Digest;
import dev.fovea.kernel.Name;
import dev.fovea.rollouts.Rollout;
import dev.fovea.rollouts.Rollout.State;
import dev.fovea.rollouts.Rollouts;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/**
 * The turns that a person takes in {@code fovea demo --annotate --approve}, taken by mouse and keys
 * in a real Chromium: approves the first deployment, labels every frame, approves the retrained
 * model. The demo plays all else meanwhile and ends by itself, which {@code e2e/run} waits for.
 */
@Tag("e2e")
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class PersonInTheBrowser {
  private static final Name PROJECT = Name.of("digits");
  private static final Duration PATIENCE = Duration.ofMinutes(4);
  private static final long STREAM_SEED = 7;

  private final Map<Digest, String> truth = new HashMap<>();
  private Chromium chromium;

  @BeforeAll
  void open() {
    chromium = new Chromium();
    DigitsData.bundled()
        .productionStream(STREAM_SEED, DigitsData.STREAM_DIGITS)
        .forEach(
            picture -> truth.put(Digest.sha256(picture.png()), Integer.toString(picture.label())));
  }

  @AfterAll
  void close() {
    chromium.close();
  }

  @Test
  void approvesLabelsAndApprovesAgain() throws InterruptedException {
    try (var context = chromium.browser().newContext()) {
      var page = context.newPage();
      chromium.signIn(page);
      approve(page, 2);
      label(page);
      approve(page, 4);
    }
  }

  private void approve(Page page, int number) throws InterruptedException {
    var waiting = await(() -> rollout(number).filter(it -> it.state() == State.AWAITING_APPROVAL));
    page.navigate(
        "%s/%s/releases/%s"
            .formatted(chromium.server().address(), PROJECT, waiting.release().abbreviated()));
    page.locator("[data-dialog=approve]").click();
    page.locator("#approve textarea").fill("the evidence on this page");
    page.screenshot(new Page.ScreenshotOptions().setPath(Chromium.picture("approving-" + number)));
    page.locator("#approve button[type=submit]").click();
    page.waitForLoadState(LoadState.NETWORKIDLE);
    var decided = await(() -> rollout(number).filter(it -> it.state().ended()));
    assertThat(decided.state()).as(decided.reason()).isEqualTo(State.PROMOTED);
    assertThat(decided.approvals())
        .singleElement()
        .satisfies(approval -> {
          assertThat(approval.comment()).isEqualTo("the evidence on this page");
          assertThat(approval.evidence()).isEqualTo(waiting.evidenceDigest());
        });
  }

  private void label(Page page) throws InterruptedException {
    var annotation = chromium.server().as(Annotation.class);
    var batch = await(() -> annotation.batches(PROJECT).stream().findFirst());
    page.navigate(
        "%s/%s/batches/%s"
            .formatted(chromium.server().address(), PROJECT, batch.digest().abbreviated()));
    page.getByText("Label the next frame").click();
    for (int i = 0; i < batch.items(); i++) {
      page.waitForLoadState();
      if (i == batch.items() / 2) {
        page.screenshot(new Page.ScreenshotOptions().setPath(Chromium.picture("labelling")));
      }
      var shown = page.locator("img.px").first().getAttribute("src");
      var label = truth.get(Digest.parse(shown.substring(shown.lastIndexOf('/') + 1)));
      assertThat(label).as(shown).isNotNull();
      // The key's form is sent and the next frame comes, or the batch when this was the last.
      page.waitForNavigation(() -> page.keyboard().press(label));
    }
    var labelled = annotation.batch(PROJECT, batch.digest());
    assertThat(labelled.labelled()).isEqualTo(batch.items());
  }

  private Optional<Rollout> rollout(int number) {
    return chromium.server().as(Rollouts.class).rollouts(PROJECT).stream()
        .filter(rollout -> rollout.number() == number)
        .findFirst();
  }

  private static <T> T await(Supplier<Optional<T>> ask) throws InterruptedException {
    var deadline = Instant.now().plus(PATIENCE);
    while (true) {
      Optional<T> answer;
      try {
        answer = ask.get();
      } catch (dev.fovea.kernel.Problem notYet) {
        answer = Optional.empty();
      }
      if (answer.isPresent()) {
        return answer.get();
      }
      assertThat(Instant.now()).as("waited in vain").isBefore(deadline);
      Thread.sleep(300);
    }
  }
}
