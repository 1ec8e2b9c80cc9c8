interface LogoProps {
  /** Width and height, in pixels. */
  size: number;
}

/** Three streams that find their way to three receivers. */
export function Logo({ size }: LogoProps) {
  return (
    <svg
      width={size}
      height={size}
      viewBox="0 0 32 32"
      aria-hidden
      focusable="false"
    >
      <rect width="32" height="32" rx="7" fill="#12343b" />
      <g fill="none" strokeLinecap="round" strokeWidth="3">
        <path d="M6 9h6c5 0 4 14 9 14h2" stroke="#5fd3bc" />
        <path d="M6 16h17" stroke="#9fe8d8" />
        <path d="M6 23h6c5 0 4-14 9-14h2" stroke="#5fd3bc" />
      </g>
      <g fill="#fff">
        <circle cx="25" cy="9" r="2.5" />
        <circle cx="25" cy="16" r="2.5" />
        <circle cx="25" cy="23" r="2.5" />
      </g>
    </svg>
  );
}
