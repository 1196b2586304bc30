package dev.fovea.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import com.microsoft.playwright.Browser;
import com.microsoft.playwright.BrowserContext;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.options.ColorScheme;
import dev.fovea.datasets.Annotation;
import dev.fovea.datasets.Datasets;
import dev.fovea.kernel.Name;
import dev.fovea.pipelines.Releases;
import dev.fovea.registry.Models;
import dev.fovea.registry.Runs;
import dev.fovea.roles.RemoteApi;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Every page of a finished demo in a real Chromium: no error, no refused script or style, one
 * heading, no sideways scroll on a phone; and a picture of each, wide and narrow, light and dark.
 * Needs FOVEA_E2E_URL, FOVEA_E2E_TOKEN and FOVEA_E2E_SCREENSHOTS.
 */
@Tag("e2e")
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class PageScreenshots {
  private static final Name PROJECT = Name.of("digits");
  private final Map<Look, BrowserContext> contexts = new EnumMap<>(Look.class);
  private Chromium chromium;
  private RemoteApi server;

  @BeforeAll
  void open() {
    chromium = new Chromium();
    server = chromium.server();
    for (var look : Look.values()) {
      var context =
          chromium
              .browser()
              .newContext(
                  new Browser.NewContextOptions()
                      .setViewportSize(look.width, look.height)
                      .setColorScheme(ColorScheme.LIGHT));
      contexts.put(look, context);
      try (var page = context.newPage()) {
        chromium.signIn(page);
      }
    }
  }

  @AfterAll
  void close() {
    chromium.close();
  }

  private Stream<String> paths() {
    var paths = new ArrayList<String>();
    for (var section :
        List.of(
            "",
            "/datasets",
            "/runs",
            "/models",
            "/releases",
            "/lab",
            "/frames",
            "/batches",
            "/lineage",
            "/stages",
            "/audit")) {
      paths.add("/digits" + section);
    }
    var versions = server.as(Datasets.class).versions(PROJECT, Name.of("digits"));
    var newest = versions.getFirst();
    paths.add("/digits/datasets/digits@" + newest.digest().abbreviated());
    paths.add("/digits/datasets/digits@" + newest.digest().abbreviated() + "/quality");
    paths.add(
        "/digits/datasets/digits/images/"
            + server
                .as(Datasets.class)
                .diff(PROJECT, Name.of("digits"), versions.getLast().digest(), newest.digest())
                .added()
                .getFirst()
                .path());
    paths.add(
        "/digits/datasets/digits/diff/%s..%s"
            .formatted(versions.getLast().digest().abbreviated(), newest.digest().abbreviated()));
    paths.add(
        "/digits/runs/" + server.as(Runs.class).newest(PROJECT, 1).getFirst().id().substring(0, 8));
    var model = server.as(Models.class).heads(PROJECT).getFirst();
    paths.add("/digits/models/%s@%s".formatted(model.model(), model.digest().abbreviated()));
    server
        .as(Releases.class)
        .releases(PROJECT)
        .forEach(release -> paths.add("/digits/releases/" + release.digest().abbreviated()));
    var batch = server.as(Annotation.class).batches(PROJECT).getFirst();
    paths.add("/digits/batches/%s/frames/1".formatted(batch.digest().abbreviated()));
    paths.add("/digits/lineage/" + newest.digest());
    return paths.stream();
  }

  @ParameterizedTest
  @MethodSource("paths")
  void thePageLooksAsItShould(String path) {
    contexts.forEach((look, context) -> {
      try (var page = context.newPage()) {
        var complaints = new ArrayList<String>();
        page.onConsoleMessage(message -> {
          if (message.type().equals("error")) {
            complaints.add(message.text());
          }
        });
        page.onPageError(complaints::add);
        var answer = page.navigate(server.address() + path); // with its images and scripts
        assertThat(answer.status()).as(path).isEqualTo(200);
        assertThat(complaints).as(path + ": what the browser's console says").isEmpty();
        assertThat(page.locator("h1").count()).as(path + ": headings").isEqualTo(1);
        assertThat(
                (Boolean)
                    page.evaluate("document.documentElement.scrollWidth <= window.innerWidth"))
            .as(path + " scrolls sideways at %d px".formatted(look.width))
            .isTrue();
        picture(page, path, look.name());
        if (look == Look.LIGHT) {
          page.emulateMedia(new Page.EmulateMediaOptions().setColorScheme(ColorScheme.DARK));
          picture(page, path, "dark");
        }
      }
    });
  }

  private static void picture(Page page, String path, String look) {
    var name = path.substring(1).replaceAll("[^A-Za-z0-9.@-]+", "_");
    page.screenshot(
        new Page.ScreenshotOptions()
            .setFullPage(true)
            .setPath(Chromium.picture(name + "." + look.toLowerCase(Locale.ROOT))));
  }

  @Test
  void thePagesAreClosedToWhoeverIsNotSignedIn() {
    try (var context = chromium.browser().newContext()) {
      var page = context.newPage();
      page.navigate(server.address() + "/digits/releases");
      assertThat(page.url()).contains("/login");
      page.screenshot(new Page.ScreenshotOptions().setPath(Chromium.picture("login")));
    }
  }

  /** How a page is loaded; colours change where it is. */
  private enum Look {
    LIGHT(1280, 900),
    PHONE(360, 780);

    private final int width;
    private final int height;

    Look(int width, int height) {
      this.width = width;
      this.height = height;
    }
  }
}
