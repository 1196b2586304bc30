package dev.fovea.registry.login;

import dev.fovea.registry.audit.Acts;
import dev.fovea.registry.oidc.IssuerHttp;
import dev.fovea.registry.oidc.IssuerKeys;
import dev.fovea.registry.webhooks.outbound.Trust;
import java.io.IOException;
import java.time.Clock;
import java.time.Duration;
import java.util.Objects;
import java.util.Optional;
import org.springframework.boot.autoconfigure.condition.ConditionalOnProperty;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.transaction.support.TransactionTemplate;

/** Puts the sign-in together, where there is a provider. */
@Configuration(proxyBeanMethods = false)
class LoginConfiguration {
  private static final Duration KEYS_FOR = Duration.ofHours(1);
  private static final Duration REFETCH_PAUSE = Duration.ofSeconds(30);

  @Bean
  @ConditionalOnProperty("fovea.auth.login.issuer")
  Asked asked(LoginProperties properties) throws IOException {
    var clock = Clock.systemUTC();
    var client =
        new Client(
            Objects.requireNonNull(properties.issuer(), "the condition"),
            Objects.requireNonNull(properties.clientId(), "checked with the issuer"),
            properties.secret());
    var caFile = properties.caFile();
    var http =
        caFile == null
            ? new IssuerHttp()
            : new IssuerHttp(Trust.with(Optional.of(caFile), "fovea.auth.login.ca-file").context());
    var provider = new Provider(client.issuer(), http, clock);
    var keys = new IssuerKeys(provider, KEYS_FOR, REFETCH_PAUSE, clock);
    return new Asked(client, provider, http, keys, clock);
  }

  @Bean
  @ConditionalOnProperty("fovea.auth.login.issuer")
  Login login(
      LoginProperties properties, Asked asked, Admissions admissions, ProviderSessions sessions) {
    var client = asked.client();
    var provider = asked.provider();
    var http = asked.http();
    return new Login(
        properties,
        client,
        provider,
        new Codes(provider, client, http),
        new IdentityTokens(client, asked.keys(), asked.clock()),
        properties.userInfo()
            ? Optional.of(new UserInfo(provider, http, properties.looksAt()))
            : Optional.empty(),
        admissions,
        sessions,
        asked.clock());
  }

  @Bean
  @ConditionalOnProperty("fovea.auth.login.issuer")
  SignOuts signOuts(
      LoginProperties properties,
      Asked asked,
      ProviderSessions sessions,
      Acts acts,
      TransactionTemplate transaction) {
    return new SignOuts(
        properties.endSession(),
        asked.client(),
        asked.provider(),
        sessions,
        new LogoutTokens(asked.client(), asked.keys(), asked.clock()),
        acts,
        transaction);
  }

  /** The provider, and the way to it. */
  record Asked(Client client, Provider provider, IssuerHttp http, IssuerKeys keys, Clock clock) {}
}
