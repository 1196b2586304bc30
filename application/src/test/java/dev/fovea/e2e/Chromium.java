package dev.fovea.e2e;

import com.microsoft.playwright.Browser;
import com.microsoft.playwright.BrowserType;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.Playwright;
import dev.fovea.roles.RemoteApi;
import java.net.URI;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.springframework.web.service.annotation.HttpExchange;
import org.springframework.web.service.annotation.PostExchange;

/**
 * Debian's Chromium and the server it looks at: FOVEA_E2E_CHROMIUM (the program), FOVEA_E2E_URL,
 * FOVEA_E2E_TOKEN and FOVEA_E2E_SCREENSHOTS, which {@code e2e/run} sets.
 */
final class Chromium implements AutoCloseable {
  private final RemoteApi server =
      new RemoteApi(
          URI.create(variable("FOVEA_E2E_URL")), Optional.of(variable("FOVEA_E2E_TOKEN")));
  private final Playwright playwright =
      Playwright.create(
          new Playwright.CreateOptions().setEnv(Map.of("PLAYWRIGHT_SKIP_BROWSER_DOWNLOAD", "1")));
  private final Browser browser =
      playwright
          .chromium()
          .launch(
              new BrowserType.LaunchOptions()
                  .setExecutablePath(Path.of(variable("FOVEA_E2E_CHROMIUM")))
                  .setArgs(
                      List.of(
                          "--no-sandbox",
                          "--disable-gpu",
                          "--disable-quic",
                          "--no-first-run",
                          "--disable-background-networking",
                          "--disable-component-update",
                          "--disable-sync")));

  /** The signed-in caller's own account. */
  @HttpExchange("/api/v1/me")
  interface Me {
    @PostExchange("/sign-in-link")
    Link link();

    record Link(String path) {}
  }

  static String variable(String name) {
    return Optional.ofNullable(System.getenv(name))
        .orElseThrow(() -> new IllegalStateException(name + " is not set: run e2e/run"));
  }

  RemoteApi server() {
    return server;
  }

  Browser browser() {
    return browser;
  }

  /** Where a picture goes. */
  static Path picture(String name) {
    return Path.of(variable("FOVEA_E2E_SCREENSHOTS")).resolve(name + ".png");
  }

  /** Follows a one-time link, as the printed one is followed. */
  void signIn(Page page) {
    page.navigate(server.address() + server.as(Me.class).link().path());
  }

  @Override
  public void close() {
    browser.close();
    playwright.close();
  }
}
