package dev.fovea.registry.signing;

import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.ConfigurationProperties;

/**
 * What model versions are signed with.
 *
 * @param signingKeyFile an Ed25519 key as {@code openssl genpkey -algorithm ed25519} writes it; it
 *     must be there where it is named
 * @param signingFolder where the service makes one of its own, {@code model-signing-key.pem},
 *     otherwise; no default
 */
@ConfigurationProperties("fovea.registry")
public record ModelSigningProperties(@Nullable Path signingKeyFile, @Nullable Path signingFolder) {}
