import type { NextConfig } from "next";

const config: NextConfig = {
  allowedDevOrigins: ["127.0.0.1"], // to Next.js another host than localhost, whose page would stay lifeless
  devIndicators: false,
  serverExternalPackages: ["ws"], // looks for native parts of itself, which no bundle has
};

export default config;
