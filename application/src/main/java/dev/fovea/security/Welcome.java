package dev.fovea.security;

import dev.fovea.registry.Bootstrap;
import dev.fovea.server.Home;
import java.io.IOException;
import java.net.InetAddress;
import java.nio.file.Files;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.web.server.servlet.context.ServletWebServerInitializedEvent;
import org.springframework.context.event.ContextClosedEvent;
import org.springframework.context.event.EventListener;
import org.springframework.core.env.Environment;
import org.springframework.stereotype.Component;

/**
 * When the server answers: leaves its address and the owner's token in the home folder, where the
 * command line of the same user finds them, and says how to open the pages.
 */
@Component
class Welcome {
  private static final Logger LOG = LoggerFactory.getLogger("dev.fovea");
  private final Home home;
  private final ObjectProvider<Bootstrap> bootstrap;
  private final SignInLinks links;
  private final Environment environment;

  Welcome(
      Home home, ObjectProvider<Bootstrap> bootstrap, SignInLinks links, Environment environment) {
    this.home = home;
    this.bootstrap = bootstrap;
    this.links = links;
    this.environment = environment;
  }

  @EventListener
  void answers(ServletWebServerInitializedEvent event) throws IOException {
    if (event.getApplicationContext().getServerNamespace() != null) {
      return; // the management port
    }
    var host = environment.getProperty("server.address", "127.0.0.1");
    var address =
        "http://%s:%d"
            .formatted(
                host.contains(":") ? "[" + host + "]" : host, event.getWebServer().getPort());
    var owner = bootstrap.getIfAvailable();
    if (owner != null && InetAddress.getByName(host).isLoopbackAddress()) {
      Home.write(home.tokenFile(), owner.localOwner().token());
      LOG.info(
          "open the pages, signed in once:  {}{}",
          address,
          links.create(SecurityConfiguration.localOwner()));
    }
    Home.write(home.addressFile(), address);
    LOG.info("Fovea answers at {}; everything is kept in {}", address, home.folder());
  }

  @EventListener
  void stops(ContextClosedEvent event) throws IOException {
    Files.deleteIfExists(home.addressFile());
  }
}
