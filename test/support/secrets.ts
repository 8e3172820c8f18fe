/** A pepper no configuration refuses: as varied as one that was drawn. Only ever used here. */
export const A_PEPPER = "Vq3kD8sT1xZr7Lw0Yh5uNc2mBf9gJp4e-test-only";

/** Another, for what must not share one. */
export const A_SEALING_SECRET = "m6Rz0Xa9Ek2Wd7Pq4Ls8Ty1Hv5Cj3Gn-test-only-2";
