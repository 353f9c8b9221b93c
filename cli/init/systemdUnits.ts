import type { Plan } from "./plan.ts";

export const SYSTEMD_SERVICE = "rotate-keys.service";
export const SYSTEMD_TIMER = "rotate-keys.timer";

/** The unit that rotates what is due, once. */
export function systemdService({ stack, project }: Pick<Plan, "stack" | "project">): string {
  return `[Unit]
Description=Rotate the keys of the stack ${stack}
Wants=network-online.target
After=network-online.target
StartLimitIntervalSec=50min
StartLimitBurst=3
# What tells a person: it starts when a run needs one, or has failed three times.
#OnFailure=tell-somebody@%n.service

[Service]
Type=oneshot
User=key-rotation
Group=key-rotation
WorkingDirectory=/opt/key-rotation/${project}
StateDirectory=key-rotation
StateDirectoryMode=0700
Environment=HOME=%S/key-rotation
Environment=PULUMI_HOME=%S/key-rotation/pulumi
Environment=PULUMI_BACKEND_URL=file://%S/key-rotation
Environment=PULUMI_SKIP_UPDATE_CHECK=true
# systemd-creds encrypt --name=pulumi-passphrase - /etc/credstore.encrypted/pulumi-passphrase
LoadCredentialEncrypted=pulumi-passphrase
Environment=PULUMI_CONFIG_PASSPHRASE_FILE=%d/pulumi-passphrase
# An emergency: systemctl set-environment IAM_KEYS_ROTATE_NOW=incident-42:*
PassEnvironment=IAM_KEYS_ROTATE_NOW
ExecStart=/usr/bin/env ./node_modules/.bin/iam-keys rotate --stack ${stack} --report %S/key-rotation/report.json
# Safe to run again is run again; what needs a person is not.
Restart=on-failure
RestartSec=10min
RestartPreventExitStatus=3
# The engine ends what it has begun, and writes it down.
KillSignal=SIGTERM
KillMode=mixed
TimeoutStartSec=50min
TimeoutStopSec=3min

# The program's folder, for the stack's config and for files of consumers that are not elsewhere.
ReadWritePaths=/opt/key-rotation/${project}
UMask=0077
LimitCORE=0
NoNewPrivileges=true
CapabilityBoundingSet=
ProtectSystem=strict
ProtectHome=true
PrivateTmp=true
PrivateDevices=true
ProtectClock=true
ProtectControlGroups=true
ProtectHostname=true
ProtectKernelLogs=true
ProtectKernelModules=true
ProtectKernelTunables=true
ProtectProc=invisible
RestrictAddressFamilies=AF_INET AF_INET6 AF_NETLINK AF_UNIX
RestrictNamespaces=true
RestrictRealtime=true
RestrictSUIDSGID=true
RemoveIPC=true
LockPersonality=true
SystemCallArchitectures=native
SystemCallFilter=@system-service
SystemCallErrorNumber=EPERM
`;
}

/** The unit that starts it. */
export function systemdTimer(): string {
  return `[Unit]
Description=Rotate keys, every hour

[Timer]
OnCalendar=hourly
RandomizedDelaySec=10min
# A machine that was off at its time runs when it is on again.
Persistent=true

[Install]
WantedBy=timers.target
`;
}
