// SPDX-License-Identifier: MIT
// false: does nothing, and its status says that it failed.
int main(void)
{
    return 1;
}
